CREATE TABLE notices (
  id BLOB NOT NULL PRIMARY KEY,
  area_code TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('warning', 'case', 'education', 'policy', 'emergency')),
  level TEXT CHECK (level IN ('red', 'orange', 'yellow', 'blue')),
  fraud_type TEXT,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  instruction TEXT,
  wechat INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'approved', 'published', 'cancelled')),
  drafted_by BLOB NOT NULL,
  revised_by BLOB,
  submitted_by BLOB,
  approved_by BLOB,
  published_by BLOB,
  published_at TEXT,
  cancelled_at TEXT,
  cancel_reason TEXT,
  expires_at TEXT,
  fanned_out_at TEXT,
  content_hash BLOB NOT NULL,
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_notices__created ON notices (created_at, id);
CREATE INDEX ix_notices__expires ON notices (expires_at, id) WHERE state = 'published' AND expires_at IS NOT NULL;

-- Where a notice is read. `published_at` is repeated here so that a feed is one range of this index; it is
-- empty before publication and again when the notice was cancelled or has expired.
CREATE TABLE notice_areas (
  notice_id BLOB NOT NULL REFERENCES notices (id),
  area_code TEXT NOT NULL,
  published_at TEXT,
  PRIMARY KEY (notice_id, area_code)
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_notice_areas__feed ON notice_areas (area_code, published_at, notice_id) WHERE published_at IS NOT NULL;

-- Frozen at publication, one row per grid: what coverage is measured against.
CREATE TABLE notice_denominators (
  notice_id BLOB NOT NULL REFERENCES notices (id),
  area_code TEXT NOT NULL,
  households INTEGER NOT NULL,
  persons INTEGER NOT NULL,
  no_smartphone INTEGER NOT NULL,
  PRIMARY KEY (notice_id, area_code)
) STRICT, WITHOUT ROWID;

CREATE TABLE household_reach (
  notice_id BLOB NOT NULL REFERENCES notices (id),
  household_id BLOB NOT NULL,
  area_code TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('sent', 'read', 'acknowledged')),
  read_at TEXT,
  acknowledged_at TEXT,
  resident_id BLOB,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (notice_id, household_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_household_reach__household ON household_reach (household_id, notice_id);

CREATE TABLE deliveries (
  id BLOB NOT NULL PRIMARY KEY,
  notice_id BLOB NOT NULL REFERENCES notices (id),
  household_id BLOB NOT NULL,
  resident_id BLOB NOT NULL,
  identity_id BLOB NOT NULL,
  area_code TEXT NOT NULL,
  channel TEXT NOT NULL CHECK (channel IN ('wx_subscribe')),
  state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'refused', 'permanent_failure', 'technical_failure', 'unknown', 'cancelled')),
  attempts INTEGER NOT NULL,
  urgent INTEGER NOT NULL,
  due_at TEXT NOT NULL,
  lease_token BLOB,
  lease_until TEXT,
  provider_ref TEXT,
  outcome TEXT,
  sent_at TEXT,
  updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX uq_deliveries__notice_id__resident_id__channel ON deliveries (notice_id, resident_id, channel);
-- Urgent ones stand in a range of their own, so that a red warning never waits behind a campaign.
CREATE INDEX ix_deliveries__due ON deliveries (urgent, due_at, id) WHERE state = 'queued';
CREATE INDEX ix_deliveries__sending ON deliveries (lease_until, id) WHERE state = 'sending';
