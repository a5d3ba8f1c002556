-- A time that runs for a case. Which rules there are, the program says.
CREATE TABLE clocks (
  id BLOB NOT NULL PRIMARY KEY,
  case_id BLOB NOT NULL,
  area_code TEXT NOT NULL,
  rule TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state = 'running' OR state = 'paused' OR state = 'met' OR state = 'missed' OR state = 'waived'),
  started_at TEXT NOT NULL,
  due_on TEXT NOT NULL,
  legal_due_on TEXT,
  due_at TEXT NOT NULL,
  paused_at TEXT,
  paused_seconds INTEGER NOT NULL,
  extended_by INTEGER,
  stopped_at TEXT,
  happened_at TEXT,
  waived_because TEXT,
  next_at TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_clocks__case ON clocks (case_id) WHERE stopped_at IS NULL;
CREATE INDEX ix_clocks__next ON clocks (next_at) WHERE next_at IS NOT NULL;

-- What the clocks of a case show, as JSON; written with them.
ALTER TABLE cases ADD COLUMN clocks TEXT NOT NULL DEFAULT '[]';
