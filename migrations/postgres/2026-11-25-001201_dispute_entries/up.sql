-- Mediation as it went, in order of time; appended, never changed.
CREATE TABLE mediation_sessions (
  id UUID NOT NULL PRIMARY KEY,
  case_id UUID NOT NULL REFERENCES cases (id),
  area_code TEXT COLLATE "C" NOT NULL,
  at TIMESTAMPTZ NOT NULL,
  place TEXT NOT NULL,
  mode TEXT NOT NULL CHECK (mode IN ('on_site', 'committee', 'joint', 'online', 'judicial', 'administrative')),
  open BOOLEAN NOT NULL,
  mediators JSONB NOT NULL,
  attendees JSONB NOT NULL,
  summary_sealed BYTEA NOT NULL,
  result TEXT NOT NULL CHECK (result IN ('agreed', 'continued', 'no_agreement')),
  recorded_by UUID NOT NULL,
  recorded_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX ix_mediation_sessions__case ON mediation_sessions (case_id, at);

-- Performance checks and return visits; appended, never changed.
CREATE TABLE performance_checks (
  id UUID NOT NULL PRIMARY KEY,
  case_id UUID NOT NULL REFERENCES cases (id),
  area_code TEXT COLLATE "C" NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('performance_check', 'return_visit')),
  checked_on DATE NOT NULL,
  finding TEXT NOT NULL CHECK (finding IN ('performed', 'partly', 'not_yet', 'refused')),
  words_sealed BYTEA NOT NULL,
  recorded_by UUID NOT NULL,
  recorded_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX ix_performance_checks__case ON performance_checks (case_id, checked_on);

-- That the police was told of a risk of violence; appended, never changed.
CREATE TABLE police_reports (
  id UUID NOT NULL PRIMARY KEY,
  case_id UUID NOT NULL REFERENCES cases (id),
  area_code TEXT COLLATE "C" NOT NULL,
  told_at TIMESTAMPTZ NOT NULL,
  station TEXT NOT NULL,
  officer_sealed BYTEA,
  report_no TEXT,
  recorded_by UUID NOT NULL,
  recorded_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX ix_police_reports__case ON police_reports (case_id, told_at);

-- What both parties asked a court for, and what it said; at most one of a dispute.
CREATE TABLE court_confirmations (
  case_id UUID NOT NULL PRIMARY KEY REFERENCES cases (id),
  area_code TEXT COLLATE "C" NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('none', 'applied', 'confirmed', 'rejected')),
  court TEXT NOT NULL,
  applied_on DATE NOT NULL,
  decided_on DATE,
  document_no TEXT
);

-- The agreement while it is being drafted; at most one of a dispute.
CREATE TABLE agreement_drafts (
  case_id UUID NOT NULL PRIMARY KEY REFERENCES cases (id),
  area_code TEXT COLLATE "C" NOT NULL,
  draft_sealed BYTEA NOT NULL,
  drafted_by UUID NOT NULL,
  drafted_at TIMESTAMPTZ NOT NULL
);

-- Who was in a dispute before.
CREATE INDEX ix_dispute_parties__phone ON dispute_parties (phone_index) WHERE phone_index IS NOT NULL;
