CREATE TABLE disputes (
  case_id UUID NOT NULL PRIMARY KEY REFERENCES cases (id),
  area_code TEXT COLLATE "C" NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('registered', 'accepted', 'mediating', 'agreed', 'performing', 'fulfilled', 'failed', 'refused', 'withdrawn', 'breached', 'archived')),
  dispute_type TEXT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('simple', 'general', 'difficult', 'major')),
  amount_fen BIGINT,
  mediation_due_on DATE,
  mediator_id UUID,
  mode TEXT CHECK (mode IN ('on_site', 'committee', 'joint', 'online', 'judicial', 'administrative')),
  outcome TEXT CHECK (outcome IN ('written_agreement', 'oral_agreement', 'immediate', 'failed', 'refused', 'withdrawn')),
  agreement_sealed BYTEA,
  effective_on DATE,
  judicial_due_on DATE,
  performance_due_on DATE,
  performed_on DATE,
  end_reason TEXT,
  remedies_told BOOLEAN NOT NULL,
  archive_no TEXT
);

CREATE TABLE dispute_parties (
  id UUID NOT NULL PRIMARY KEY,
  case_id UUID NOT NULL REFERENCES cases (id),
  area_code TEXT COLLATE "C" NOT NULL,
  place INTEGER NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('applicant', 'respondent', 'third')),
  name_sealed BYTEA NOT NULL,
  phone_sealed BYTEA,
  phone_index BYTEA,
  consents BOOLEAN
);
CREATE INDEX ix_dispute_parties__case ON dispute_parties (case_id, place);
