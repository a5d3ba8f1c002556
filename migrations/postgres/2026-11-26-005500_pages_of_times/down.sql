DROP INDEX ix_clock_alerts__level_closed;
DROP INDEX ix_clock_alerts__level;
DROP INDEX ix_clock_alerts__handler_closed;
DROP INDEX ix_clock_alerts__handler;
CREATE INDEX ix_clock_alerts__open ON clock_alerts (told_at, id) WHERE closed_at IS NULL;
CREATE INDEX ix_clock_alerts__closed ON clock_alerts (told_at, id) WHERE closed_at IS NOT NULL;

DROP INDEX ix_cases__desk;
CREATE INDEX ix_cases__handler ON cases (handler_id, received_at, id) WHERE handler_id IS NOT NULL;
DROP VIEW open_clocks;
CREATE VIEW open_clocks AS
  SELECT k.id, k.rule, k.state, k.due_on, k.legal_due_on, k.due_at, k.next_at,
    k.case_id, c.no, c.kind, c.title, c.area_code, c.confidential, c.reporter_id, c.handler_id, c.updated_at
  FROM clocks k JOIN cases c ON c.id = k.case_id
  WHERE k.stopped_at IS NULL;
