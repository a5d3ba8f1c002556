-- The ledger of places (场所台账). The risk is the place's, not a person's.
CREATE TABLE places (
  id BLOB NOT NULL PRIMARY KEY,
  area_code TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  risk TEXT NOT NULL CHECK (risk = 'red' OR risk = 'orange' OR risk = 'yellow' OR risk = 'blue'),
  address TEXT NOT NULL,
  lat REAL,
  lng REAL,
  legal_name_sealed BLOB,
  legal_phone_sealed BLOB,
  responsible_name_sealed BLOB,
  responsible_phone_sealed BLOB,
  safety_name_sealed BLOB,
  safety_phone_sealed BLOB,
  check_every_days INTEGER NOT NULL CHECK (check_every_days BETWEEN 1 AND 366),
  last_checked_on TEXT,
  -- Empty when the place is closed, so that what may be overdue is all that the index holds.
  next_check_on TEXT,
  closed_on TEXT,
  content_hash BLOB NOT NULL,
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_places__area ON places (area_code, created_at, id);
CREATE INDEX ix_places__created ON places (created_at, id);
CREATE INDEX ix_places__next_check ON places (next_check_on, area_code) WHERE next_check_on IS NOT NULL;
