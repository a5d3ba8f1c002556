-- Outlets (宣传阵地): where a notice is shown and no household is counted for (decision 0048).
CREATE TABLE outlets (
  id UUID NOT NULL PRIMARY KEY,
  area_code TEXT COLLATE "C" NOT NULL,
  kind TEXT NOT NULL CHECK (kind = 'loudspeaker' OR kind = 'led' OR kind = 'wx_group' OR kind = 'wecom_group'
    OR kind = 'outdoor' OR kind = 'douyin' OR kind = 'paper'),
  name TEXT NOT NULL,
  site TEXT,
  audience INTEGER,
  in_use BOOLEAN NOT NULL,
  target_sealed BYTEA,
  target_index BYTEA,
  secret_sealed BYTEA,
  content_hash BYTEA NOT NULL,
  version INTEGER NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX ix_outlets__area ON outlets (area_code, created_at, id);
CREATE INDEX ix_outlets__created ON outlets (created_at, id);

-- What was shown where. `text` stands in those that a machine shows; `target_index` keeps the pace of one robot.
CREATE TABLE exposures (
  id UUID NOT NULL PRIMARY KEY,
  notice_id UUID NOT NULL REFERENCES notices (id),
  outlet_id UUID NOT NULL REFERENCES outlets (id),
  area_code TEXT COLLATE "C" NOT NULL,
  kind TEXT NOT NULL CHECK (kind = 'loudspeaker' OR kind = 'led' OR kind = 'wx_group' OR kind = 'wecom_group'
    OR kind = 'outdoor' OR kind = 'douyin' OR kind = 'paper'),
  state TEXT NOT NULL CHECK (state = 'recorded' OR state = 'waiting' OR state = 'sending' OR state = 'sent'
    OR state = 'failed' OR state = 'unknown' OR state = 'cancelled'),
  times INTEGER NOT NULL,
  audience INTEGER,
  shown_at TIMESTAMPTZ NOT NULL,
  note TEXT,
  text TEXT,
  target_index BYTEA,
  begun_at TIMESTAMPTZ,
  attempts INTEGER NOT NULL,
  outcome TEXT,
  recorded_by UUID NOT NULL,
  content_hash BYTEA NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX ix_exposures__notice ON exposures (notice_id, created_at, id);
-- One message per outlet and notice.
CREATE UNIQUE INDEX uq_exposures__notice_id__outlet_id ON exposures (notice_id, outlet_id) WHERE text IS NOT NULL;
CREATE INDEX ix_exposures__pace ON exposures (target_index, begun_at) WHERE target_index IS NOT NULL;
