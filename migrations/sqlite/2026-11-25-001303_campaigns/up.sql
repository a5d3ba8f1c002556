-- Campaigns (排查整治行动), their checklists, and what inspections found.
CREATE TABLE campaigns (
  id BLOB NOT NULL PRIMARY KEY,
  area_code TEXT NOT NULL,
  name TEXT NOT NULL,
  field TEXT NOT NULL,
  from_on TEXT NOT NULL,
  to_on TEXT NOT NULL,
  checklist INTEGER NOT NULL,
  created_by BLOB NOT NULL,
  content_hash BLOB NOT NULL,
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_campaigns__created ON campaigns (created_at, id);

CREATE TABLE campaign_areas (
  campaign_id BLOB NOT NULL REFERENCES campaigns (id),
  area_code TEXT NOT NULL,
  PRIMARY KEY (campaign_id, area_code)
) STRICT, WITHOUT ROWID;

-- One that an inspection was answered by (used_at) never changes.
CREATE TABLE checklists (
  campaign_id BLOB NOT NULL REFERENCES campaigns (id),
  number INTEGER NOT NULL,
  items TEXT NOT NULL,
  used_at TEXT,
  created_at TEXT NOT NULL,
  PRIMARY KEY (campaign_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE inspections (
  id BLOB NOT NULL PRIMARY KEY,
  campaign_id BLOB NOT NULL REFERENCES campaigns (id),
  area_code TEXT NOT NULL,
  place_id BLOB REFERENCES places (id),
  address TEXT,
  lat REAL,
  lng REAL,
  checklist INTEGER NOT NULL,
  findings TEXT NOT NULL,
  failed INTEGER NOT NULL,
  inspectors TEXT NOT NULL,
  enforcement INTEGER NOT NULL,
  signature TEXT CHECK (signature IN ('signed', 'refused')),
  refusal TEXT,
  fine_fen INTEGER,
  decision_no TEXT,
  inspected_at TEXT NOT NULL,
  recorded_by BLOB NOT NULL,
  content_hash BLOB NOT NULL,
  created_at TEXT NOT NULL,
  FOREIGN KEY (campaign_id, checklist) REFERENCES checklists (campaign_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_inspections__campaign ON inspections (campaign_id, created_at, id);

-- Which places of the ledger a campaign has been to, each once.
CREATE TABLE campaign_places (
  campaign_id BLOB NOT NULL REFERENCES campaigns (id),
  place_id BLOB NOT NULL REFERENCES places (id),
  area_code TEXT NOT NULL,
  PRIMARY KEY (campaign_id, place_id)
) STRICT, WITHOUT ROWID;

-- How SQLite widens a CHECK: https://www.sqlite.org/lang_altertable.html, section 7. No row is touched.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'stage = ''paper''', 'stage = ''paper'' OR stage = ''inspection''')
  WHERE type = 'table' AND name = 'attachments';
PRAGMA writable_schema = RESET;
