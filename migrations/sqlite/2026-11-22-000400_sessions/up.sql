CREATE TABLE sessions (
  id BLOB NOT NULL PRIMARY KEY,
  subject_kind TEXT NOT NULL CHECK (subject_kind IN ('staff', 'resident', 'machine')),
  subject_id BLOB NOT NULL,
  device_kind TEXT NOT NULL CHECK (device_kind IN ('phone', 'office')),
  device TEXT NOT NULL,
  refresh_hash BLOB NOT NULL,
  previous_hash BLOB,
  successor_sealed BLOB,
  rotated_at TEXT NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  ended_at TEXT,
  ended_why TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_sessions__subject ON sessions (subject_id, created_at);
CREATE INDEX ix_sessions__expires ON sessions (expires_at);

-- A WeChat user of our mini-program; the subject is whom the phone number found.
CREATE TABLE wx_identities (
  id BLOB NOT NULL PRIMARY KEY,
  appid TEXT NOT NULL,
  openid TEXT NOT NULL,
  subject_kind TEXT CHECK (subject_kind IN ('staff', 'resident')),
  subject_id BLOB,
  linked_at TEXT,
  last_visit_at TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX uq_wx_identities__appid__openid ON wx_identities (appid, openid);
CREATE INDEX ix_wx_identities__subject ON wx_identities (subject_id) WHERE subject_id IS NOT NULL;

-- The right to send: WeChat does not tell what is left, so we keep the ledger.
CREATE TABLE wx_tickets (
  identity_id BLOB NOT NULL REFERENCES wx_identities (id),
  template_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('once', 'long')),
  state TEXT NOT NULL CHECK (state IN ('accept', 'reject', 'ban')),
  remaining INTEGER NOT NULL CHECK (remaining >= 0),
  last_event_at TEXT NOT NULL,
  PRIMARY KEY (identity_id, template_id)
) STRICT, WITHOUT ROWID;

-- A screen on a wall: signs in by itself with a secret that is kept only as its SHA-256.
CREATE TABLE displays (
  id BLOB NOT NULL PRIMARY KEY,
  area_code TEXT NOT NULL REFERENCES areas (code),
  name TEXT NOT NULL,
  secret_hash BLOB NOT NULL,
  created_at TEXT NOT NULL,
  revoked_at TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_displays__created ON displays (created_at, id);
