CREATE TABLE households (
  id BLOB NOT NULL PRIMARY KEY,
  area_code TEXT NOT NULL REFERENCES areas (code),
  town_code TEXT NOT NULL,
  code TEXT NOT NULL,
  address_sealed BLOB NOT NULL,
  smartphone TEXT NOT NULL CHECK (smartphone IN ('yes', 'no', 'unknown')),
  members INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('living', 'moved')),
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX uq_households__town_code__code ON households (town_code, code);
CREATE INDEX ix_households__area ON households (area_code, created_at, id);

CREATE TABLE residents (
  id BLOB NOT NULL PRIMARY KEY,
  household_id BLOB NOT NULL REFERENCES households (id),
  area_code TEXT NOT NULL,
  name_sealed BLOB NOT NULL,
  name_index BLOB NOT NULL,
  relation TEXT NOT NULL CHECK (relation IN ('head', 'spouse', 'child', 'parent', 'other')),
  gender TEXT CHECK (gender IN ('male', 'female')),
  birth_year INTEGER,
  phone_sealed BLOB,
  phone_index BLOB,
  citizen_sealed BLOB,
  citizen_index BLOB,
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  -- Sign-ins and WeChat links from before are void; empty while nothing has voided any.
  sessions_since TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_residents__household ON residents (household_id);
CREATE INDEX ix_residents__phone ON residents (phone_index) WHERE phone_index IS NOT NULL;
CREATE UNIQUE INDEX uq_residents__citizen_index ON residents (citizen_index) WHERE citizen_index IS NOT NULL;
CREATE INDEX ix_residents__area ON residents (area_code, id);
