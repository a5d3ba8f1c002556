CREATE TABLE sessions (
  id UUID NOT NULL PRIMARY KEY,
  subject_kind TEXT NOT NULL CHECK (subject_kind IN ('staff', 'resident', 'machine')),
  subject_id UUID NOT NULL,
  device_kind TEXT NOT NULL CHECK (device_kind IN ('phone', 'office')),
  device TEXT NOT NULL,
  refresh_hash BYTEA NOT NULL,
  previous_hash BYTEA,
  successor_sealed BYTEA,
  rotated_at TIMESTAMPTZ NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL,
  ended_at TIMESTAMPTZ,
  ended_why TEXT
);
CREATE INDEX ix_sessions__subject ON sessions (subject_id, created_at);
CREATE INDEX ix_sessions__expires ON sessions (expires_at);

-- A WeChat user of our mini-program; the subject is whom the phone number found.
CREATE TABLE wx_identities (
  id UUID NOT NULL PRIMARY KEY,
  appid TEXT NOT NULL,
  openid TEXT NOT NULL,
  subject_kind TEXT CHECK (subject_kind IN ('staff', 'resident')),
  subject_id UUID,
  linked_at TIMESTAMPTZ,
  last_visit_at TIMESTAMPTZ NOT NULL,
  created_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX uq_wx_identities__appid__openid ON wx_identities (appid, openid);
CREATE INDEX ix_wx_identities__subject ON wx_identities (subject_id) WHERE subject_id IS NOT NULL;

-- The right to send: WeChat does not tell what is left, so we keep the ledger.
CREATE TABLE wx_tickets (
  identity_id UUID NOT NULL REFERENCES wx_identities (id),
  template_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('once', 'long')),
  state TEXT NOT NULL CHECK (state IN ('accept', 'reject', 'ban')),
  remaining INTEGER NOT NULL CHECK (remaining >= 0),
  last_event_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (identity_id, template_id)
);

-- A screen on a wall: signs in by itself with a secret that is kept only as its SHA-256.
CREATE TABLE displays (
  id UUID NOT NULL PRIMARY KEY,
  area_code TEXT COLLATE "C" NOT NULL REFERENCES areas (code),
  name TEXT NOT NULL,
  secret_hash BYTEA NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  revoked_at TIMESTAMPTZ
);
CREATE INDEX ix_displays__created ON displays (created_at, id);
