-- What became of each operation that a phone did offline; remembered 90 days.
CREATE TABLE sync_ops (
  account_id BLOB NOT NULL,
  op_id BLOB NOT NULL,
  area_code TEXT NOT NULL,
  device_id BLOB NOT NULL,
  operation TEXT NOT NULL,
  record_id BLOB NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome = 'applied' OR outcome = 'duplicate' OR outcome = 'conflict' OR outcome = 'rejected'),
  version INTEGER,
  conflict_id BLOB,
  problem TEXT,
  digest BLOB NOT NULL,
  device_at TEXT NOT NULL,
  received_at TEXT NOT NULL,
  PRIMARY KEY (account_id, op_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_sync_ops__received ON sync_ops (received_at);

-- Two values for one record, both kept, sealed; a person decides.
CREATE TABLE sync_conflicts (
  id BLOB NOT NULL PRIMARY KEY,
  area_code TEXT NOT NULL,
  account_id BLOB NOT NULL,
  device_id BLOB NOT NULL,
  op_id BLOB NOT NULL,
  operation TEXT NOT NULL,
  record_id BLOB NOT NULL,
  reason TEXT NOT NULL CHECK (reason IN ('other_content', 'stale_version')),
  base_version INTEGER,
  server_version INTEGER,
  hidden INTEGER NOT NULL,
  media TEXT,
  mine_sealed BLOB NOT NULL,
  theirs_sealed BLOB,
  device_at TEXT NOT NULL,
  created_at TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state = 'open' OR state = 'server_kept' OR state = 'mine_applied' OR state = 'made_new'),
  resolved_by BLOB,
  resolved_at TEXT,
  resolved_record BLOB,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX uq_sync_conflicts__account_id_op_id ON sync_conflicts (account_id, op_id);
CREATE INDEX ix_sync_conflicts__area ON sync_conflicts (area_code, created_at, id);
CREATE INDEX ix_sync_conflicts__account ON sync_conflicts (account_id, created_at, id);

-- The phones that sync, and how far their clocks are off.
CREATE TABLE sync_devices (
  account_id BLOB NOT NULL,
  device_id BLOB NOT NULL,
  area_code TEXT NOT NULL,
  clock_skew_ms INTEGER NOT NULL,
  first_push_at TEXT NOT NULL,
  last_push_at TEXT NOT NULL,
  PRIMARY KEY (account_id, device_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_sync_devices__last_push ON sync_devices (last_push_at);
CREATE INDEX ix_sync_devices__area ON sync_devices (area_code, last_push_at, device_id);
