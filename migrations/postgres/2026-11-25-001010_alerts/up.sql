-- What was told at the points of a clock's way: to the handler, or to a level of the case's area (decision 0016).
CREATE TABLE clock_alerts (
  id UUID NOT NULL PRIMARY KEY,
  clock_id UUID NOT NULL REFERENCES clocks (id),
  case_id UUID NOT NULL,
  area_code TEXT COLLATE "C" NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('warning', 'escalation')),
  level TEXT CHECK (level IN ('L1', 'L2', 'L3', 'L4')),
  handler_id UUID,
  at TIMESTAMPTZ NOT NULL,
  told_at TIMESTAMPTZ NOT NULL,
  acknowledged_at TIMESTAMPTZ,
  acknowledged_by UUID,
  closed_at TIMESTAMPTZ,
  CHECK ((level IS NULL) <> (handler_id IS NULL))
);
-- A point of a clock is told once, whoever looks and however often.
CREATE UNIQUE INDEX uq_clock_alerts__clock_id__at__kind ON clock_alerts (clock_id, at, kind);
CREATE INDEX ix_clock_alerts__open ON clock_alerts (told_at, id) WHERE closed_at IS NULL;
CREATE INDEX ix_clock_alerts__closed ON clock_alerts (told_at, id) WHERE closed_at IS NOT NULL;

CREATE INDEX ix_clocks__due ON clocks (due_at, id) WHERE stopped_at IS NULL;

-- What lists of times show of clock and case.
CREATE VIEW open_clocks AS
  SELECT k.id, k.rule, k.state, k.due_on, k.legal_due_on, k.due_at, k.next_at,
    k.case_id, c.no, c.kind, c.title, c.area_code, c.confidential, c.reporter_id, c.handler_id, c.updated_at
  FROM clocks k JOIN cases c ON c.id = k.case_id
  WHERE k.stopped_at IS NULL;
CREATE VIEW shown_alerts AS
  SELECT a.id, a.kind, a.level, a.handler_id, a.area_code, a.at, a.told_at, a.acknowledged_at, a.closed_at,
    k.rule, k.state, k.due_on, k.legal_due_on, k.due_at,
    a.case_id, c.no, c.kind AS case_kind, c.title, c.area_code AS case_area, c.confidential, c.reporter_id
  FROM clock_alerts a JOIN clocks k ON k.id = a.clock_id JOIN cases c ON c.id = a.case_id;
