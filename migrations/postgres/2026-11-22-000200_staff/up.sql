CREATE TABLE staff_members (
  id UUID NOT NULL PRIMARY KEY,
  area_code TEXT COLLATE "C" NOT NULL REFERENCES areas (code),
  name_sealed BYTEA NOT NULL,
  phone_sealed BYTEA NOT NULL,
  phone_index BYTEA NOT NULL,
  org TEXT,
  status TEXT NOT NULL CHECK (status IN ('active', 'suspended')),
  password_hash TEXT,
  password_set_at TIMESTAMPTZ,
  password_history JSONB NOT NULL,
  sessions_since TIMESTAMPTZ NOT NULL,
  version INTEGER NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX uq_staff_members__phone_index ON staff_members (phone_index);
CREATE INDEX ix_staff_members__area ON staff_members (area_code, created_at, id);

CREATE TABLE posts (
  id UUID NOT NULL PRIMARY KEY,
  staff_id UUID NOT NULL REFERENCES staff_members (id),
  role TEXT NOT NULL,
  area_code TEXT COLLATE "C" NOT NULL REFERENCES areas (code),
  started_at TIMESTAMPTZ NOT NULL,
  ended_at TIMESTAMPTZ,
  appointed_by UUID,
  ended_by UUID
);
CREATE INDEX ix_posts__staff ON posts (staff_id, started_at);
CREATE INDEX ix_posts__area ON posts (area_code, role) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX uq_posts__staff_id__role__area_code ON posts (staff_id, role, area_code) WHERE ended_at IS NULL;
-- System, security and audit administration never meet in one person.
CREATE UNIQUE INDEX uq_posts__staff_id ON posts (staff_id) WHERE ended_at IS NULL AND role IN ('admin', 'security_admin', 'auditor');

-- Wrong passwords by phone, whether an account has it or not: both must look alike from outside.
CREATE TABLE sign_in_failures (
  phone_index BYTEA NOT NULL PRIMARY KEY,
  failed_count INTEGER NOT NULL,
  locked_until TIMESTAMPTZ,
  last_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX ix_sign_in_failures__last_at ON sign_in_failures (last_at);
