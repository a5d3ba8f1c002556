-- Files of cases that people take away (decision 0027). The file itself lies in sealed parts in the blob store.
CREATE TABLE exports (
  id BLOB NOT NULL PRIMARY KEY,
  area_code TEXT NOT NULL,
  requested_by BLOB NOT NULL,
  session_id BLOB NOT NULL,
  day TEXT NOT NULL,
  nth INTEGER NOT NULL,
  format TEXT NOT NULL CHECK (format IN ('csv', 'xlsx')),
  mark INTEGER NOT NULL,
  purpose TEXT NOT NULL,
  filter_sealed BLOB NOT NULL,
  outline TEXT,
  state TEXT NOT NULL CHECK (state = 'waiting' OR state = 'running' OR state = 'ready'
    OR state = 'failed' OR state = 'cancelled' OR state = 'expired'),
  attempt BLOB,
  rows INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  failure TEXT CHECK (failure = 'too_many_rows' OR failure = 'not_permitted' OR failure = 'given_up'),
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  finished_at TEXT,
  expires_at TEXT
) STRICT;
-- Numbers the exports of one person and day, so that two requests at once are not both the last that is allowed.
CREATE UNIQUE INDEX uq_exports__requested_by__day__nth ON exports (requested_by, day, nth);
CREATE INDEX ix_exports__requested_by ON exports (requested_by, created_at, id);
CREATE INDEX ix_exports__created_at ON exports (created_at);

CREATE TABLE export_parts (
  export_id BLOB NOT NULL,
  attempt BLOB NOT NULL,
  nth INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  PRIMARY KEY (export_id, attempt, nth)
) STRICT, WITHOUT ROWID;
