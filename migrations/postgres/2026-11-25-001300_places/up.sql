-- The ledger of places (场所台账). The risk is the place's, not a person's.
CREATE TABLE places (
  id UUID NOT NULL PRIMARY KEY,
  area_code TEXT COLLATE "C" NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  risk TEXT NOT NULL CHECK (risk IN ('red', 'orange', 'yellow', 'blue')),
  address TEXT NOT NULL,
  lat DOUBLE PRECISION,
  lng DOUBLE PRECISION,
  legal_name_sealed BYTEA,
  legal_phone_sealed BYTEA,
  responsible_name_sealed BYTEA,
  responsible_phone_sealed BYTEA,
  safety_name_sealed BYTEA,
  safety_phone_sealed BYTEA,
  check_every_days INTEGER NOT NULL CHECK (check_every_days BETWEEN 1 AND 366),
  last_checked_on DATE,
  -- Empty when the place is closed, so that what may be overdue is all that the index holds.
  next_check_on DATE,
  closed_on DATE,
  content_hash BYTEA NOT NULL,
  version INTEGER NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX ix_places__area ON places (area_code, created_at, id);
CREATE INDEX ix_places__created ON places (created_at, id);
CREATE INDEX ix_places__next_check ON places (next_check_on, area_code) WHERE next_check_on IS NOT NULL;
