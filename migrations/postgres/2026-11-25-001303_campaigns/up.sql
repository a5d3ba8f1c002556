-- Campaigns (排查整治行动), their checklists, and what inspections found.
CREATE TABLE campaigns (
  id UUID NOT NULL PRIMARY KEY,
  area_code TEXT COLLATE "C" NOT NULL,
  name TEXT NOT NULL,
  field TEXT NOT NULL,
  from_on DATE NOT NULL,
  to_on DATE NOT NULL,
  checklist INTEGER NOT NULL,
  created_by UUID NOT NULL,
  content_hash BYTEA NOT NULL,
  version INTEGER NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX ix_campaigns__created ON campaigns (created_at, id);

CREATE TABLE campaign_areas (
  campaign_id UUID NOT NULL REFERENCES campaigns (id),
  area_code TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (campaign_id, area_code)
);

-- One that an inspection was answered by (used_at) never changes.
CREATE TABLE checklists (
  campaign_id UUID NOT NULL REFERENCES campaigns (id),
  number INTEGER NOT NULL,
  items JSONB NOT NULL,
  used_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (campaign_id, number)
);

CREATE TABLE inspections (
  id UUID NOT NULL PRIMARY KEY,
  campaign_id UUID NOT NULL REFERENCES campaigns (id),
  area_code TEXT COLLATE "C" NOT NULL,
  place_id UUID REFERENCES places (id),
  address TEXT,
  lat DOUBLE PRECISION,
  lng DOUBLE PRECISION,
  checklist INTEGER NOT NULL,
  findings JSONB NOT NULL,
  failed INTEGER NOT NULL,
  inspectors JSONB NOT NULL,
  enforcement BOOLEAN NOT NULL,
  signature TEXT CHECK (signature IN ('signed', 'refused')),
  refusal TEXT,
  fine_fen BIGINT,
  decision_no TEXT,
  inspected_at TIMESTAMPTZ NOT NULL,
  recorded_by UUID NOT NULL,
  content_hash BYTEA NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  FOREIGN KEY (campaign_id, checklist) REFERENCES checklists (campaign_id, number)
);
CREATE INDEX ix_inspections__campaign ON inspections (campaign_id, created_at, id);

-- Which places of the ledger a campaign has been to, each once.
CREATE TABLE campaign_places (
  campaign_id UUID NOT NULL REFERENCES campaigns (id),
  place_id UUID NOT NULL REFERENCES places (id),
  area_code TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (campaign_id, place_id)
);

ALTER TABLE attachments DROP CONSTRAINT attachments_stage_check;
ALTER TABLE attachments ADD CONSTRAINT attachments_stage_check CHECK (stage IN ('before', 'during', 'after', 'paper', 'inspection'));
