-- Mediation as it went, in order of time; appended, never changed.
CREATE TABLE mediation_sessions (
  id BLOB NOT NULL PRIMARY KEY,
  case_id BLOB NOT NULL REFERENCES cases (id),
  area_code TEXT NOT NULL,
  at TEXT NOT NULL,
  place TEXT NOT NULL,
  mode TEXT NOT NULL CHECK (mode = 'on_site' OR mode = 'committee' OR mode = 'joint' OR mode = 'online' OR mode = 'judicial' OR mode = 'administrative'),
  open INTEGER NOT NULL,
  mediators TEXT NOT NULL,
  attendees TEXT NOT NULL,
  summary_sealed BLOB NOT NULL,
  result TEXT NOT NULL CHECK (result = 'agreed' OR result = 'continued' OR result = 'no_agreement'),
  recorded_by BLOB NOT NULL,
  recorded_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_mediation_sessions__case ON mediation_sessions (case_id, at);

-- Performance checks and return visits; appended, never changed.
CREATE TABLE performance_checks (
  id BLOB NOT NULL PRIMARY KEY,
  case_id BLOB NOT NULL REFERENCES cases (id),
  area_code TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('performance_check', 'return_visit')),
  checked_on TEXT NOT NULL,
  finding TEXT NOT NULL CHECK (finding = 'performed' OR finding = 'partly' OR finding = 'not_yet' OR finding = 'refused'),
  words_sealed BLOB NOT NULL,
  recorded_by BLOB NOT NULL,
  recorded_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_performance_checks__case ON performance_checks (case_id, checked_on);

-- That the police was told of a risk of violence; appended, never changed.
CREATE TABLE police_reports (
  id BLOB NOT NULL PRIMARY KEY,
  case_id BLOB NOT NULL REFERENCES cases (id),
  area_code TEXT NOT NULL,
  told_at TEXT NOT NULL,
  station TEXT NOT NULL,
  officer_sealed BLOB,
  report_no TEXT,
  recorded_by BLOB NOT NULL,
  recorded_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_police_reports__case ON police_reports (case_id, told_at);

-- What both parties asked a court for, and what it said; at most one of a dispute.
CREATE TABLE court_confirmations (
  case_id BLOB NOT NULL PRIMARY KEY REFERENCES cases (id),
  area_code TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state = 'none' OR state = 'applied' OR state = 'confirmed' OR state = 'rejected'),
  court TEXT NOT NULL,
  applied_on TEXT NOT NULL,
  decided_on TEXT,
  document_no TEXT
) STRICT, WITHOUT ROWID;

-- The agreement while it is being drafted; at most one of a dispute.
CREATE TABLE agreement_drafts (
  case_id BLOB NOT NULL PRIMARY KEY REFERENCES cases (id),
  area_code TEXT NOT NULL,
  draft_sealed BLOB NOT NULL,
  drafted_by BLOB NOT NULL,
  drafted_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Who was in a dispute before.
CREATE INDEX ix_dispute_parties__phone ON dispute_parties (phone_index) WHERE phone_index IS NOT NULL;
