-- What people report of swindlers (涉诈线索, decision 0043). The suspect and what happened are sealed.
CREATE TABLE fraud_leads (
  id BLOB NOT NULL PRIMARY KEY,
  area_code TEXT NOT NULL,
  -- The town of that area: the same suspect is counted in it.
  town_code TEXT NOT NULL,
  reporter_kind TEXT NOT NULL CHECK (reporter_kind = 'staff' OR reporter_kind = 'resident'),
  reporter_id BLOB NOT NULL,
  household_id BLOB,
  fraud_type TEXT NOT NULL,
  way TEXT NOT NULL,
  suspect_kind TEXT NOT NULL CHECK (suspect_kind = 'phone' OR suspect_kind = 'link' OR suspect_kind = 'app'
    OR suspect_kind = 'account'),
  suspect_sealed BLOB NOT NULL,
  suspect_index BLOB NOT NULL,
  detail_sealed BLOB NOT NULL,
  lost_fen INTEGER CHECK (lost_fen >= 0),
  at_risk_fen INTEGER CHECK (at_risk_fen >= 0),
  screenshots TEXT NOT NULL,
  occurred_at TEXT,
  state TEXT NOT NULL CHECK (state = 'reported' OR state = 'forwarded' OR state = 'answered' OR state = 'dismissed'),
  station TEXT,
  police_ref TEXT,
  forwarded_at TEXT,
  dismiss_reason TEXT,
  verdict TEXT CHECK (verdict = 'verified' OR verdict = 'not_fraud' OR verdict = 'more_needed'),
  blocked INTEGER,
  reply TEXT,
  handled_by BLOB,
  handled_at TEXT,
  content_hash BLOB NOT NULL,
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_fraud_leads__area ON fraud_leads (area_code, created_at, id);
CREATE INDEX ix_fraud_leads__created ON fraud_leads (created_at, id);
CREATE INDEX ix_fraud_leads__reporter ON fraud_leads (reporter_id, created_at, id);
CREATE INDEX ix_fraud_leads__state ON fraud_leads (state, created_at, id);
CREATE INDEX ix_fraud_leads__suspect ON fraud_leads (suspect_index, town_code, created_at);
