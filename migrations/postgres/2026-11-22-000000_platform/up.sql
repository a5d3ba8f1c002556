-- What the platform needs for itself: work to do later, audit, idempotency, counters, leases.
-- A lot is the number of the transaction that wrote a row. Rows below the horizon are settled: no
-- transaction that is still open can add one there, so a reader may move its cursor past them.
-- The base is raised after a restore into a cluster whose transaction numbers begin anew.
CREATE FUNCTION wangge_lot_base() RETURNS BIGINT LANGUAGE sql IMMUTABLE AS 'SELECT 0::BIGINT';
CREATE FUNCTION wangge_lot() RETURNS BIGINT LANGUAGE sql VOLATILE
  AS 'SELECT pg_current_xact_id()::TEXT::BIGINT + wangge_lot_base()';
CREATE FUNCTION wangge_lot_horizon() RETURNS BIGINT LANGUAGE sql VOLATILE
  AS 'SELECT pg_snapshot_xmin(pg_current_snapshot())::TEXT::BIGINT + wangge_lot_base()';

CREATE TABLE outbox_jobs (
  id UUID NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  payload JSONB NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'gave_up')),
  urgent BOOLEAN NOT NULL,
  attempts INTEGER NOT NULL,
  due_at TIMESTAMPTZ NOT NULL,
  lease_token UUID,
  lease_until TIMESTAMPTZ,
  last_error TEXT,
  created_at TIMESTAMPTZ NOT NULL,
  finished_at TIMESTAMPTZ
);
CREATE INDEX ix_outbox_jobs__waiting ON outbox_jobs (urgent, due_at, id) WHERE state = 'waiting';
CREATE INDEX ix_outbox_jobs__finished ON outbox_jobs (finished_at) WHERE state <> 'waiting';
CREATE INDEX ix_outbox_jobs__given_up ON outbox_jobs (finished_at) WHERE state = 'gave_up';

CREATE TABLE leases (
  name TEXT NOT NULL PRIMARY KEY,
  holder UUID NOT NULL,
  held_until TIMESTAMPTZ NOT NULL
);

CREATE TABLE audit_entries (
  lot BIGINT NOT NULL DEFAULT wangge_lot(),
  id UUID NOT NULL,
  at TIMESTAMPTZ NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id UUID,
  session_id UUID,
  request_id TEXT,
  action TEXT NOT NULL,
  object_kind TEXT NOT NULL,
  object_id TEXT NOT NULL,
  area_code TEXT COLLATE "C" NOT NULL,
  details JSONB NOT NULL,
  PRIMARY KEY (lot, id)
);
-- How auditors ask: of everybody, of one person, of one record; each by time, newest first.
CREATE INDEX ix_audit_entries__at ON audit_entries (at, id);
CREATE INDEX ix_audit_entries__actor ON audit_entries (actor_id, at, id) WHERE actor_id IS NOT NULL;
CREATE INDEX ix_audit_entries__object ON audit_entries (object_id, at, id);

CREATE TABLE audit_seals (
  seq BIGINT NOT NULL PRIMARY KEY,
  last_lot BIGINT NOT NULL,
  last_id UUID NOT NULL,
  entries INTEGER NOT NULL,
  row_hashes BYTEA NOT NULL,
  previous BYTEA NOT NULL,
  hash BYTEA NOT NULL,
  sealed_at TIMESTAMPTZ NOT NULL
);

-- Audit is append-only. Retention removes whole seals from the oldest end and needs the trigger dropped by a migration.
CREATE FUNCTION wangge_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit is append-only'; END $$;
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION wangge_append_only();
CREATE TRIGGER audit_seals_append_only BEFORE UPDATE OR DELETE ON audit_seals FOR EACH ROW EXECUTE FUNCTION wangge_append_only();

CREATE TABLE idempotency_keys (
  actor_id UUID NOT NULL,
  key TEXT NOT NULL,
  fingerprint BYTEA NOT NULL,
  answer JSONB NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (actor_id, key)
);
CREATE INDEX ix_idempotency_keys__created_at ON idempotency_keys (created_at);

CREATE TABLE counters (
  book TEXT NOT NULL,
  area_code TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (book, area_code, key)
);
-- The areas of one level inside another, without walking through all finer ones.
CREATE INDEX ix_counters__level ON counters (book, length(area_code), area_code);

CREATE INDEX ix_counters__zero ON counters (book) WHERE n = 0;

CREATE TABLE counter_deltas (
  id UUID NOT NULL PRIMARY KEY,
  book TEXT NOT NULL,
  area_code TEXT COLLATE "C" NOT NULL,
  keys TEXT NOT NULL,
  n BIGINT NOT NULL
);
CREATE INDEX ix_counter_deltas__book ON counter_deltas (book, area_code);
