-- Files of cases that people take away (decision 0027). The file itself lies in sealed parts in the blob store.
CREATE TABLE exports (
  id UUID NOT NULL PRIMARY KEY,
  area_code TEXT COLLATE "C" NOT NULL,
  requested_by UUID NOT NULL,
  session_id UUID NOT NULL,
  day DATE NOT NULL,
  nth INTEGER NOT NULL,
  format TEXT NOT NULL CHECK (format IN ('csv', 'xlsx')),
  mark BOOLEAN NOT NULL,
  purpose TEXT NOT NULL,
  filter_sealed BYTEA NOT NULL,
  outline TEXT,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'ready', 'failed', 'cancelled', 'expired')),
  attempt UUID,
  rows INTEGER NOT NULL,
  bytes BIGINT NOT NULL,
  failure TEXT CHECK (failure IN ('too_many_rows', 'not_permitted', 'given_up')),
  version INTEGER NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  finished_at TIMESTAMPTZ,
  expires_at TIMESTAMPTZ
);
-- Numbers the exports of one person and day, so that two requests at once are not both the last that is allowed.
CREATE UNIQUE INDEX uq_exports__requested_by__day__nth ON exports (requested_by, day, nth);
CREATE INDEX ix_exports__requested_by ON exports (requested_by, created_at, id);
CREATE INDEX ix_exports__created_at ON exports (created_at);

CREATE TABLE export_parts (
  export_id UUID NOT NULL,
  attempt UUID NOT NULL,
  nth INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  PRIMARY KEY (export_id, attempt, nth)
);
