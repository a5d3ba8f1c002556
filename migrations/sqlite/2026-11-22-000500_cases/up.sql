-- The file that every matter has. States belong to the procedure; the file knows the phase.
CREATE TABLE cases (
  id BLOB NOT NULL PRIMARY KEY,
  no TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('hazard', 'dispute')),
  area_code TEXT NOT NULL,
  category TEXT NOT NULL,
  title TEXT NOT NULL,
  detail TEXT NOT NULL,
  source TEXT NOT NULL,
  urgency TEXT NOT NULL CHECK (urgency IN ('normal', 'urgent', 'critical')),
  confidential TEXT NOT NULL CHECK (confidential IN ('public', 'internal', 'private', 'sealed')),
  phase TEXT NOT NULL CHECK (phase IN ('reported', 'accepted', 'working', 'resolved', 'closed')),
  address TEXT,
  lat REAL,
  lng REAL,
  accuracy_m REAL,
  reporter_kind TEXT NOT NULL CHECK (reporter_kind IN ('staff', 'resident')),
  reporter_id BLOB NOT NULL,
  handler_id BLOB,
  occurred_at TEXT NOT NULL,
  reported_at TEXT NOT NULL,
  received_at TEXT NOT NULL,
  closed_at TEXT,
  due_on TEXT,
  content_hash BLOB NOT NULL,
  version INTEGER NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX uq_cases__no ON cases (no);
CREATE INDEX ix_cases__area_phase ON cases (area_code, phase, received_at, id);
CREATE INDEX ix_cases__received ON cases (received_at, id);
CREATE INDEX ix_cases__reporter ON cases (reporter_id, received_at, id);
CREATE INDEX ix_cases__handler ON cases (handler_id, received_at, id) WHERE handler_id IS NOT NULL;
CREATE INDEX ix_cases__due ON cases (due_on, area_code) WHERE due_on IS NOT NULL AND closed_at IS NULL;

-- Numbers are handed out of blocks, so that no row is hot; gaps are allowed.
CREATE TABLE case_numbers (
  town_code TEXT NOT NULL,
  kind TEXT NOT NULL,
  year INTEGER NOT NULL,
  next INTEGER NOT NULL,
  PRIMARY KEY (town_code, kind, year)
) STRICT, WITHOUT ROWID;

CREATE TABLE timeline_entries (
  lot INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL,
  case_id BLOB NOT NULL,
  case_kind TEXT NOT NULL,
  area_code TEXT NOT NULL,
  version INTEGER NOT NULL,
  at TEXT NOT NULL,
  device_at TEXT,
  actor_kind TEXT NOT NULL,
  actor_id BLOB,
  role TEXT,
  step TEXT NOT NULL,
  from_state TEXT,
  to_state TEXT NOT NULL,
  phase TEXT NOT NULL,
  note TEXT,
  note_internal TEXT,
  hidden INTEGER NOT NULL
) STRICT;
CREATE INDEX ix_timeline_entries__case ON timeline_entries (case_id, version);

CREATE TABLE attachments (
  id BLOB NOT NULL PRIMARY KEY,
  area_code TEXT NOT NULL,
  case_id BLOB,
  stage TEXT NOT NULL CHECK (stage IN ('before', 'during', 'after', 'paper')),
  uploader_kind TEXT NOT NULL CHECK (uploader_kind IN ('staff', 'resident')),
  uploader_id BLOB NOT NULL,
  source_sha256 TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  thumb_sha256 TEXT NOT NULL,
  mime TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  taken_at TEXT,
  lat REAL,
  lng REAL,
  created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_attachments__case ON attachments (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX ix_attachments__unclaimed ON attachments (created_at) WHERE case_id IS NULL;
CREATE INDEX ix_attachments__sha256 ON attachments (sha256);
CREATE INDEX ix_attachments__thumb_sha256 ON attachments (thumb_sha256);
