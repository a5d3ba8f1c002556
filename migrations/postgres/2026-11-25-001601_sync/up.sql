-- What became of each operation that a phone did offline; remembered 90 days.
CREATE TABLE sync_ops (
  account_id UUID NOT NULL,
  op_id UUID NOT NULL,
  area_code TEXT COLLATE "C" NOT NULL,
  device_id UUID NOT NULL,
  operation TEXT NOT NULL,
  record_id UUID NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('applied', 'duplicate', 'conflict', 'rejected')),
  version INTEGER,
  conflict_id UUID,
  problem JSONB,
  digest BYTEA NOT NULL,
  device_at TIMESTAMPTZ NOT NULL,
  received_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (account_id, op_id)
);
CREATE INDEX ix_sync_ops__received ON sync_ops (received_at);

-- Two values for one record, both kept, sealed; a person decides.
CREATE TABLE sync_conflicts (
  id UUID NOT NULL PRIMARY KEY,
  area_code TEXT COLLATE "C" NOT NULL,
  account_id UUID NOT NULL,
  device_id UUID NOT NULL,
  op_id UUID NOT NULL,
  operation TEXT NOT NULL,
  record_id UUID NOT NULL,
  reason TEXT NOT NULL CHECK (reason IN ('other_content', 'stale_version')),
  base_version INTEGER,
  server_version INTEGER,
  hidden BOOLEAN NOT NULL,
  media JSONB,
  mine_sealed BYTEA NOT NULL,
  theirs_sealed BYTEA,
  device_at TIMESTAMPTZ NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'server_kept', 'mine_applied', 'made_new')),
  resolved_by UUID,
  resolved_at TIMESTAMPTZ,
  resolved_record UUID,
  version INTEGER NOT NULL
);
CREATE UNIQUE INDEX uq_sync_conflicts__account_id_op_id ON sync_conflicts (account_id, op_id);
CREATE INDEX ix_sync_conflicts__area ON sync_conflicts (area_code, created_at, id);
CREATE INDEX ix_sync_conflicts__account ON sync_conflicts (account_id, created_at, id);

-- The phones that sync, and how far their clocks are off.
CREATE TABLE sync_devices (
  account_id UUID NOT NULL,
  device_id UUID NOT NULL,
  area_code TEXT COLLATE "C" NOT NULL,
  clock_skew_ms BIGINT NOT NULL,
  first_push_at TIMESTAMPTZ NOT NULL,
  last_push_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (account_id, device_id)
);
CREATE INDEX ix_sync_devices__last_push ON sync_devices (last_push_at);
CREATE INDEX ix_sync_devices__area ON sync_devices (area_code, last_push_at, device_id);
