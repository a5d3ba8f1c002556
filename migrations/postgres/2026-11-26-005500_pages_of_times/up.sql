-- Lists of times and alerts, each page handed out by an index (SQLite keeps no statistics here, so it takes the plan that the
-- indexes offer).

-- A closed case has no open clock. Said here, a desk's times are found by what lies on it now and not by all that ever did.
DROP VIEW open_clocks;
CREATE VIEW open_clocks AS
  SELECT k.id, k.rule, k.state, k.due_on, k.legal_due_on, k.due_at, k.next_at,
    k.case_id, c.no, c.kind, c.title, c.area_code, c.confidential, c.reporter_id, c.handler_id, c.updated_at
  FROM clocks k JOIN cases c ON c.id = k.case_id
  WHERE k.stopped_at IS NULL AND c.closed_at IS NULL;
DROP INDEX ix_cases__handler;
CREATE INDEX ix_cases__desk ON cases (handler_id, received_at, id) WHERE handler_id IS NOT NULL AND closed_at IS NULL;

-- An alert is told to a person or to a level, so it stands in one of these. With the area, so that a level's alerts of other
-- villages are passed over without being read.
DROP INDEX ix_clock_alerts__open;
DROP INDEX ix_clock_alerts__closed;
CREATE INDEX ix_clock_alerts__handler ON clock_alerts (handler_id, told_at, id)
  WHERE handler_id IS NOT NULL AND closed_at IS NULL;
CREATE INDEX ix_clock_alerts__handler_closed ON clock_alerts (handler_id, told_at, id)
  WHERE handler_id IS NOT NULL AND closed_at IS NOT NULL;
CREATE INDEX ix_clock_alerts__level ON clock_alerts (level, told_at, id, area_code)
  WHERE level IS NOT NULL AND closed_at IS NULL;
CREATE INDEX ix_clock_alerts__level_closed ON clock_alerts (level, told_at, id, area_code)
  WHERE level IS NOT NULL AND closed_at IS NOT NULL;
