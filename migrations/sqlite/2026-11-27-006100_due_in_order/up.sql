-- What falls due on one day stands in the order in which it came in. By area each report went to a page of its own.
DROP INDEX ix_cases__due;
CREATE INDEX ix_cases__due ON cases (due_on, received_at, area_code) WHERE due_on IS NOT NULL AND closed_at IS NULL;
