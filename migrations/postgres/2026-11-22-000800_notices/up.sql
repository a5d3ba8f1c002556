CREATE TABLE notices (
  id UUID NOT NULL PRIMARY KEY,
  area_code TEXT COLLATE "C" NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('warning', 'case', 'education', 'policy', 'emergency')),
  level TEXT CHECK (level IN ('red', 'orange', 'yellow', 'blue')),
  fraud_type TEXT,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  instruction TEXT,
  wechat BOOLEAN NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'approved', 'published', 'cancelled')),
  drafted_by UUID NOT NULL,
  revised_by UUID,
  submitted_by UUID,
  approved_by UUID,
  published_by UUID,
  published_at TIMESTAMPTZ,
  cancelled_at TIMESTAMPTZ,
  cancel_reason TEXT,
  expires_at TIMESTAMPTZ,
  fanned_out_at TIMESTAMPTZ,
  content_hash BYTEA NOT NULL,
  version INTEGER NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX ix_notices__created ON notices (created_at, id);
CREATE INDEX ix_notices__expires ON notices (expires_at, id) WHERE state = 'published' AND expires_at IS NOT NULL;

-- Where a notice is read. `published_at` is repeated here so that a feed is one range of this index; it is
-- empty before publication and again when the notice was cancelled or has expired.
CREATE TABLE notice_areas (
  notice_id UUID NOT NULL REFERENCES notices (id),
  area_code TEXT COLLATE "C" NOT NULL,
  published_at TIMESTAMPTZ,
  PRIMARY KEY (notice_id, area_code)
);
CREATE INDEX ix_notice_areas__feed ON notice_areas (area_code, published_at, notice_id) WHERE published_at IS NOT NULL;

-- Frozen at publication, one row per grid: what coverage is measured against.
CREATE TABLE notice_denominators (
  notice_id UUID NOT NULL REFERENCES notices (id),
  area_code TEXT COLLATE "C" NOT NULL,
  households INTEGER NOT NULL,
  persons INTEGER NOT NULL,
  no_smartphone INTEGER NOT NULL,
  PRIMARY KEY (notice_id, area_code)
);

CREATE TABLE household_reach (
  notice_id UUID NOT NULL REFERENCES notices (id),
  household_id UUID NOT NULL,
  area_code TEXT COLLATE "C" NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('sent', 'read', 'acknowledged')),
  read_at TIMESTAMPTZ,
  acknowledged_at TIMESTAMPTZ,
  resident_id UUID,
  updated_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (notice_id, household_id)
);
CREATE INDEX ix_household_reach__household ON household_reach (household_id, notice_id);

CREATE TABLE deliveries (
  id UUID NOT NULL PRIMARY KEY,
  notice_id UUID NOT NULL REFERENCES notices (id),
  household_id UUID NOT NULL,
  resident_id UUID NOT NULL,
  identity_id UUID NOT NULL,
  area_code TEXT COLLATE "C" NOT NULL,
  channel TEXT NOT NULL CHECK (channel IN ('wx_subscribe')),
  state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'refused', 'permanent_failure', 'technical_failure', 'unknown', 'cancelled')),
  attempts INTEGER NOT NULL,
  urgent BOOLEAN NOT NULL,
  due_at TIMESTAMPTZ NOT NULL,
  lease_token UUID,
  lease_until TIMESTAMPTZ,
  provider_ref TEXT,
  outcome TEXT,
  sent_at TIMESTAMPTZ,
  updated_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX uq_deliveries__notice_id__resident_id__channel ON deliveries (notice_id, resident_id, channel);
-- Urgent ones stand in a range of their own, so that a red warning never waits behind a campaign.
CREATE INDEX ix_deliveries__due ON deliveries (urgent, due_at, id) WHERE state = 'queued';
CREATE INDEX ix_deliveries__sending ON deliveries (lease_until, id) WHERE state = 'sending';
