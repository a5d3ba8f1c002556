-- The ledger of dissuasions (劝阻台账, decision 0044): entries are corrected, never deleted.
CREATE TABLE dissuasions (
  id BLOB NOT NULL PRIMARY KEY,
  area_code TEXT NOT NULL,
  recorded_by BLOB NOT NULL,
  dissuaded_by BLOB NOT NULL,
  happened_at TEXT NOT NULL,
  fraud_type TEXT NOT NULL,
  way TEXT NOT NULL,
  resident_id BLOB,
  household_id BLOB,
  outsider_sealed BLOB,
  at_risk_fen INTEGER NOT NULL CHECK (at_risk_fen >= 0),
  saved_fen INTEGER NOT NULL CHECK (saved_fen >= 0),
  method TEXT NOT NULL CHECK (method = 'on_site' OR method = 'phone' OR method = 'bank_counter' OR method = 'family'),
  result TEXT NOT NULL CHECK (result = 'stopped' OR result = 'partly' OR result = 'failed' OR result = 'recovered'),
  police_ref TEXT,
  note_sealed BLOB,
  content_hash BLOB NOT NULL,
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  CHECK (saved_fen <= at_risk_fen),
  -- Somebody of a household, or somebody else by name.
  CHECK ((resident_id IS NULL) <> (outsider_sealed IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_dissuasions__area ON dissuasions (area_code, happened_at, id);
CREATE INDEX ix_dissuasions__happened ON dissuasions (happened_at, id);
CREATE INDEX ix_dissuasions__recorded_by ON dissuasions (recorded_by, happened_at, id);

-- What an entry said before each of its corrections.
CREATE TABLE dissuasion_versions (
  dissuasion_id BLOB NOT NULL REFERENCES dissuasions (id),
  version INTEGER NOT NULL,
  area_code TEXT NOT NULL,
  facts TEXT NOT NULL,
  resident_id BLOB,
  outsider_sealed BLOB,
  note_sealed BLOB,
  reason TEXT NOT NULL,
  corrected_by BLOB NOT NULL,
  corrected_at TEXT NOT NULL,
  PRIMARY KEY (dissuasion_id, version)
) STRICT, WITHOUT ROWID;
