-- The ledger of dissuasions (劝阻台账, decision 0044): entries are corrected, never deleted.
CREATE TABLE dissuasions (
  id UUID NOT NULL PRIMARY KEY,
  area_code TEXT COLLATE "C" NOT NULL,
  recorded_by UUID NOT NULL,
  dissuaded_by UUID NOT NULL,
  happened_at TIMESTAMPTZ NOT NULL,
  fraud_type TEXT NOT NULL,
  way TEXT NOT NULL,
  resident_id UUID,
  household_id UUID,
  outsider_sealed BYTEA,
  at_risk_fen BIGINT NOT NULL CHECK (at_risk_fen >= 0),
  saved_fen BIGINT NOT NULL CHECK (saved_fen >= 0),
  method TEXT NOT NULL CHECK (method = 'on_site' OR method = 'phone' OR method = 'bank_counter' OR method = 'family'),
  result TEXT NOT NULL CHECK (result = 'stopped' OR result = 'partly' OR result = 'failed' OR result = 'recovered'),
  police_ref TEXT,
  note_sealed BYTEA,
  content_hash BYTEA NOT NULL,
  version INTEGER NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL,
  CHECK (saved_fen <= at_risk_fen),
  -- Somebody of a household, or somebody else by name.
  CHECK ((resident_id IS NULL) <> (outsider_sealed IS NULL))
);
CREATE INDEX ix_dissuasions__area ON dissuasions (area_code, happened_at, id);
CREATE INDEX ix_dissuasions__happened ON dissuasions (happened_at, id);
CREATE INDEX ix_dissuasions__recorded_by ON dissuasions (recorded_by, happened_at, id);

-- What an entry said before each of its corrections.
CREATE TABLE dissuasion_versions (
  dissuasion_id UUID NOT NULL REFERENCES dissuasions (id),
  version INTEGER NOT NULL,
  area_code TEXT COLLATE "C" NOT NULL,
  facts JSONB NOT NULL,
  resident_id UUID,
  outsider_sealed BYTEA,
  note_sealed BYTEA,
  reason TEXT NOT NULL,
  corrected_by UUID NOT NULL,
  corrected_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (dissuasion_id, version)
);
