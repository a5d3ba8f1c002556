CREATE TABLE staff_members (
  id BLOB NOT NULL PRIMARY KEY,
  area_code TEXT NOT NULL REFERENCES areas (code),
  name_sealed BLOB NOT NULL,
  phone_sealed BLOB NOT NULL,
  phone_index BLOB NOT NULL,
  org TEXT,
  status TEXT NOT NULL CHECK (status IN ('active', 'suspended')),
  password_hash TEXT,
  password_set_at TEXT,
  password_history TEXT NOT NULL,
  sessions_since TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX uq_staff_members__phone_index ON staff_members (phone_index);
CREATE INDEX ix_staff_members__area ON staff_members (area_code, created_at, id);

CREATE TABLE posts (
  id BLOB NOT NULL PRIMARY KEY,
  staff_id BLOB NOT NULL REFERENCES staff_members (id),
  role TEXT NOT NULL,
  area_code TEXT NOT NULL REFERENCES areas (code),
  started_at TEXT NOT NULL,
  ended_at TEXT,
  appointed_by BLOB,
  ended_by BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_posts__staff ON posts (staff_id, started_at);
CREATE INDEX ix_posts__area ON posts (area_code, role) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX uq_posts__staff_id__role__area_code ON posts (staff_id, role, area_code) WHERE ended_at IS NULL;
-- System, security and audit administration never meet in one person.
CREATE UNIQUE INDEX uq_posts__staff_id ON posts (staff_id) WHERE ended_at IS NULL AND role IN ('admin', 'security_admin', 'auditor');

-- Wrong passwords by phone, whether an account has it or not: both must look alike from outside.
CREATE TABLE sign_in_failures (
  phone_index BLOB NOT NULL PRIMARY KEY,
  failed_count INTEGER NOT NULL,
  locked_until TEXT,
  last_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_sign_in_failures__last_at ON sign_in_failures (last_at);
