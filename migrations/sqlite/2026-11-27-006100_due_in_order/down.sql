DROP INDEX ix_cases__due;
CREATE INDEX ix_cases__due ON cases (due_on, area_code) WHERE due_on IS NOT NULL AND closed_at IS NULL;
