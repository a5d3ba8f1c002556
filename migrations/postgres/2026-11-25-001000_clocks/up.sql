-- A time that runs for a case. Which rules there are, the program says.
CREATE TABLE clocks (
  id UUID NOT NULL PRIMARY KEY,
  case_id UUID NOT NULL,
  area_code TEXT COLLATE "C" NOT NULL,
  rule TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('running', 'paused', 'met', 'missed', 'waived')),
  started_at TIMESTAMPTZ NOT NULL,
  due_on DATE NOT NULL,
  legal_due_on DATE,
  due_at TIMESTAMPTZ NOT NULL,
  paused_at TIMESTAMPTZ,
  paused_seconds BIGINT NOT NULL,
  extended_by INTEGER,
  stopped_at TIMESTAMPTZ,
  happened_at TIMESTAMPTZ,
  waived_because TEXT,
  next_at TIMESTAMPTZ
);
CREATE INDEX ix_clocks__case ON clocks (case_id) WHERE stopped_at IS NULL;
CREATE INDEX ix_clocks__next ON clocks (next_at) WHERE next_at IS NOT NULL;

-- What the clocks of a case show, as JSON; written with them.
ALTER TABLE cases ADD COLUMN clocks TEXT NOT NULL DEFAULT '[]';
