-- What people report of swindlers (涉诈线索, decision 0043). The suspect and what happened are sealed.
CREATE TABLE fraud_leads (
  id UUID NOT NULL PRIMARY KEY,
  area_code TEXT COLLATE "C" NOT NULL,
  -- The town of that area: the same suspect is counted in it.
  town_code TEXT COLLATE "C" NOT NULL,
  reporter_kind TEXT NOT NULL CHECK (reporter_kind = 'staff' OR reporter_kind = 'resident'),
  reporter_id UUID NOT NULL,
  household_id UUID,
  fraud_type TEXT NOT NULL,
  way TEXT NOT NULL,
  suspect_kind TEXT NOT NULL CHECK (suspect_kind = 'phone' OR suspect_kind = 'link' OR suspect_kind = 'app'
    OR suspect_kind = 'account'),
  suspect_sealed BYTEA NOT NULL,
  suspect_index BYTEA NOT NULL,
  detail_sealed BYTEA NOT NULL,
  lost_fen BIGINT CHECK (lost_fen >= 0),
  at_risk_fen BIGINT CHECK (at_risk_fen >= 0),
  screenshots JSONB NOT NULL,
  occurred_at TIMESTAMPTZ,
  state TEXT NOT NULL CHECK (state = 'reported' OR state = 'forwarded' OR state = 'answered' OR state = 'dismissed'),
  station TEXT,
  police_ref TEXT,
  forwarded_at TIMESTAMPTZ,
  dismiss_reason TEXT,
  verdict TEXT CHECK (verdict = 'verified' OR verdict = 'not_fraud' OR verdict = 'more_needed'),
  blocked BOOLEAN,
  reply TEXT,
  handled_by UUID,
  handled_at TIMESTAMPTZ,
  content_hash BYTEA NOT NULL,
  version INTEGER NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX ix_fraud_leads__area ON fraud_leads (area_code, created_at, id);
CREATE INDEX ix_fraud_leads__created ON fraud_leads (created_at, id);
CREATE INDEX ix_fraud_leads__reporter ON fraud_leads (reporter_id, created_at, id);
CREATE INDEX ix_fraud_leads__state ON fraud_leads (state, created_at, id);
CREATE INDEX ix_fraud_leads__suspect ON fraud_leads (suspect_index, town_code, created_at);
