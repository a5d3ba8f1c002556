-- The file that every matter has. States belong to the procedure; the file knows the phase.
CREATE TABLE cases (
  id UUID NOT NULL PRIMARY KEY,
  no TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('hazard', 'dispute')),
  area_code TEXT COLLATE "C" NOT NULL,
  category TEXT NOT NULL,
  title TEXT NOT NULL,
  detail TEXT NOT NULL,
  source TEXT NOT NULL,
  urgency TEXT NOT NULL CHECK (urgency IN ('normal', 'urgent', 'critical')),
  confidential TEXT NOT NULL CHECK (confidential IN ('public', 'internal', 'private', 'sealed')),
  phase TEXT NOT NULL CHECK (phase IN ('reported', 'accepted', 'working', 'resolved', 'closed')),
  address TEXT,
  lat DOUBLE PRECISION,
  lng DOUBLE PRECISION,
  accuracy_m DOUBLE PRECISION,
  reporter_kind TEXT NOT NULL CHECK (reporter_kind IN ('staff', 'resident')),
  reporter_id UUID NOT NULL,
  handler_id UUID,
  occurred_at TIMESTAMPTZ NOT NULL,
  reported_at TIMESTAMPTZ NOT NULL,
  received_at TIMESTAMPTZ NOT NULL,
  closed_at TIMESTAMPTZ,
  due_on DATE,
  content_hash BYTEA NOT NULL,
  version INTEGER NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX uq_cases__no ON cases (no);
CREATE INDEX ix_cases__area_phase ON cases (area_code, phase, received_at, id);
CREATE INDEX ix_cases__received ON cases (received_at, id);
CREATE INDEX ix_cases__reporter ON cases (reporter_id, received_at, id);
CREATE INDEX ix_cases__handler ON cases (handler_id, received_at, id) WHERE handler_id IS NOT NULL;
CREATE INDEX ix_cases__due ON cases (due_on, area_code) WHERE due_on IS NOT NULL AND closed_at IS NULL;

-- Numbers are handed out of blocks, so that no row is hot; gaps are allowed.
CREATE TABLE case_numbers (
  town_code TEXT COLLATE "C" NOT NULL,
  kind TEXT NOT NULL,
  year INTEGER NOT NULL,
  next BIGINT NOT NULL,
  PRIMARY KEY (town_code, kind, year)
);

CREATE TABLE timeline_entries (
  lot BIGINT NOT NULL DEFAULT wangge_lot(),
  id UUID NOT NULL,
  case_id UUID NOT NULL,
  case_kind TEXT NOT NULL,
  area_code TEXT COLLATE "C" NOT NULL,
  version INTEGER NOT NULL,
  at TIMESTAMPTZ NOT NULL,
  device_at TIMESTAMPTZ,
  actor_kind TEXT NOT NULL,
  actor_id UUID,
  role TEXT,
  step TEXT NOT NULL,
  from_state TEXT,
  to_state TEXT NOT NULL,
  phase TEXT NOT NULL,
  note TEXT,
  note_internal TEXT,
  hidden BOOLEAN NOT NULL,
  PRIMARY KEY (lot, id)
);
CREATE INDEX ix_timeline_entries__case ON timeline_entries (case_id, version);

CREATE TABLE attachments (
  id UUID NOT NULL PRIMARY KEY,
  area_code TEXT COLLATE "C" NOT NULL,
  case_id UUID,
  stage TEXT NOT NULL CHECK (stage IN ('before', 'during', 'after', 'paper')),
  uploader_kind TEXT NOT NULL CHECK (uploader_kind IN ('staff', 'resident')),
  uploader_id UUID NOT NULL,
  source_sha256 TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  thumb_sha256 TEXT NOT NULL,
  mime TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  taken_at TIMESTAMPTZ,
  lat DOUBLE PRECISION,
  lng DOUBLE PRECISION,
  created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX ix_attachments__case ON attachments (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX ix_attachments__unclaimed ON attachments (created_at) WHERE case_id IS NULL;
CREATE INDEX ix_attachments__sha256 ON attachments (sha256);
CREATE INDEX ix_attachments__thumb_sha256 ON attachments (thumb_sha256);
