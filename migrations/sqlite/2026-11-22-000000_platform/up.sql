-- What the platform needs for itself: work to do later, audit, idempotency, counters, leases.

CREATE TABLE outbox_jobs (
  id BLOB NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'gave_up')),
  urgent INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  due_at TEXT NOT NULL,
  lease_token BLOB,
  lease_until TEXT,
  last_error TEXT,
  created_at TEXT NOT NULL,
  finished_at TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_outbox_jobs__waiting ON outbox_jobs (urgent, due_at, id) WHERE state = 'waiting';
CREATE INDEX ix_outbox_jobs__finished ON outbox_jobs (finished_at) WHERE state <> 'waiting';
CREATE INDEX ix_outbox_jobs__given_up ON outbox_jobs (finished_at) WHERE state = 'gave_up';

CREATE TABLE leases (
  name TEXT NOT NULL PRIMARY KEY,
  holder BLOB NOT NULL,
  held_until TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_entries (
  lot INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL,
  at TEXT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id BLOB,
  session_id BLOB,
  request_id TEXT,
  action TEXT NOT NULL,
  object_kind TEXT NOT NULL,
  object_id TEXT NOT NULL,
  area_code TEXT NOT NULL,
  details TEXT NOT NULL
) STRICT;
-- How auditors ask: of everybody, of one person, of one record; each by time, newest first.
CREATE INDEX ix_audit_entries__at ON audit_entries (at, id);
CREATE INDEX ix_audit_entries__actor ON audit_entries (actor_id, at, id) WHERE actor_id IS NOT NULL;
CREATE INDEX ix_audit_entries__object ON audit_entries (object_id, at, id);

CREATE TABLE audit_seals (
  seq INTEGER NOT NULL PRIMARY KEY,
  last_lot INTEGER NOT NULL,
  last_id BLOB NOT NULL,
  entries INTEGER NOT NULL,
  row_hashes BLOB NOT NULL,
  previous BLOB NOT NULL,
  hash BLOB NOT NULL,
  sealed_at TEXT NOT NULL
) STRICT;

-- Audit is append-only. Retention removes whole seals from the oldest end and needs the trigger dropped by a migration.
CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_seals_no_update BEFORE UPDATE ON audit_seals BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_seals_no_delete BEFORE DELETE ON audit_seals BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;

CREATE TABLE idempotency_keys (
  actor_id BLOB NOT NULL,
  key TEXT NOT NULL,
  fingerprint BLOB NOT NULL,
  answer TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (actor_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_idempotency_keys__created_at ON idempotency_keys (created_at);

CREATE TABLE counters (
  book TEXT NOT NULL,
  area_code TEXT NOT NULL,
  key TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (book, area_code, key)
) STRICT, WITHOUT ROWID;
-- The areas of one level inside another, without walking through all finer ones.
CREATE INDEX ix_counters__level ON counters (book, length(area_code), area_code);

CREATE INDEX ix_counters__zero ON counters (book) WHERE n = 0;

CREATE TABLE counter_deltas (
  id BLOB NOT NULL PRIMARY KEY,
  book TEXT NOT NULL,
  area_code TEXT NOT NULL,
  keys TEXT NOT NULL,
  n INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_counter_deltas__book ON counter_deltas (book, area_code);
