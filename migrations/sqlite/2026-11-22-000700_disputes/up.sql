CREATE TABLE disputes (
  case_id BLOB NOT NULL PRIMARY KEY REFERENCES cases (id),
  area_code TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('registered', 'accepted', 'mediating', 'agreed', 'performing', 'fulfilled', 'failed', 'refused', 'withdrawn', 'breached', 'archived')),
  dispute_type TEXT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('simple', 'general', 'difficult', 'major')),
  amount_fen INTEGER,
  mediation_due_on TEXT,
  mediator_id BLOB,
  mode TEXT CHECK (mode IN ('on_site', 'committee', 'joint', 'online', 'judicial', 'administrative')),
  outcome TEXT CHECK (outcome IN ('written_agreement', 'oral_agreement', 'immediate', 'failed', 'refused', 'withdrawn')),
  agreement_sealed BLOB,
  effective_on TEXT,
  judicial_due_on TEXT,
  performance_due_on TEXT,
  performed_on TEXT,
  end_reason TEXT,
  remedies_told INTEGER NOT NULL,
  archive_no TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE dispute_parties (
  id BLOB NOT NULL PRIMARY KEY,
  case_id BLOB NOT NULL REFERENCES cases (id),
  area_code TEXT NOT NULL,
  place INTEGER NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('applicant', 'respondent', 'third')),
  name_sealed BLOB NOT NULL,
  phone_sealed BLOB,
  phone_index BLOB,
  consents INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_dispute_parties__case ON dispute_parties (case_id, place);
