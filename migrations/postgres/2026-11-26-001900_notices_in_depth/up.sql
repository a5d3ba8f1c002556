-- By which outside channels a notice goes, in which order; to whom of its areas; when; and what it takes the place of.
ALTER TABLE notices ADD COLUMN channels JSONB NOT NULL DEFAULT '{"order":[],"together":false}';
UPDATE notices SET channels = '{"order":["wx_subscribe"],"together":false}' WHERE wechat;
ALTER TABLE notices ADD COLUMN audience JSONB;
ALTER TABLE notices ADD COLUMN publish_at TIMESTAMPTZ;
ALTER TABLE notices ADD COLUMN approval_due_at TIMESTAMPTZ;
ALTER TABLE notices ADD COLUMN return_reason TEXT;
ALTER TABLE notices ADD COLUMN replaces_id UUID REFERENCES notices (id);
ALTER TABLE notices ADD COLUMN replaced_by_id UUID REFERENCES notices (id);
ALTER TABLE notices ADD COLUMN checked_at TIMESTAMPTZ;
ALTER TABLE notices DROP CONSTRAINT notices_state_check;
ALTER TABLE notices ADD CONSTRAINT notices_state_check CHECK (state IN ('draft', 'submitted', 'approved', 'published', 'cancelled', 'scheduled', 'updated', 'expired'));
CREATE INDEX ix_notices__scheduled ON notices (publish_at, id) WHERE state = 'scheduled';
CREATE INDEX ix_notices__unapproved ON notices (approval_due_at, id) WHERE state = 'published' AND approval_due_at IS NOT NULL;
CREATE INDEX ix_notices__unchecked ON notices (fanned_out_at, id) WHERE fanned_out_at IS NOT NULL AND checked_at IS NULL;

-- What a resident says of themselves, so that a warning may reach those whom its fraud aims at; and whether they want that.
CREATE TABLE resident_tags (
  resident_id UUID NOT NULL REFERENCES residents (id),
  tag TEXT NOT NULL,
  declared_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (resident_id, tag)
);
ALTER TABLE residents ADD COLUMN no_targeting BOOLEAN NOT NULL DEFAULT FALSE;

-- How a household wants to be told.
ALTER TABLE households ADD COLUMN prefers TEXT;
ALTER TABLE households ADD COLUMN no_disturb BOOLEAN NOT NULL DEFAULT FALSE;

-- A message of the SMS has a gateway and no WeChat name, and is followed until its receipt.
ALTER TABLE deliveries ADD COLUMN gateway TEXT;
ALTER TABLE deliveries ADD COLUMN tried_at TIMESTAMPTZ;
ALTER TABLE deliveries ADD COLUMN delivered_at TIMESTAMPTZ;
ALTER TABLE deliveries ALTER COLUMN identity_id DROP NOT NULL;
ALTER TABLE deliveries DROP CONSTRAINT deliveries_channel_check;
ALTER TABLE deliveries ADD CONSTRAINT deliveries_channel_check CHECK (channel IN ('wx_subscribe', 'wx_template', 'sms'));
ALTER TABLE deliveries DROP CONSTRAINT deliveries_state_check;
ALTER TABLE deliveries ADD CONSTRAINT deliveries_state_check CHECK (state IN ('queued', 'sending', 'sent', 'refused', 'permanent_failure', 'technical_failure', 'unknown', 'cancelled', 'delivered', 'temporary_failure'));

-- One line of waiting ones per channel: what rests does not stand in front of what may go.
DROP INDEX ix_deliveries__due;
CREATE INDEX ix_deliveries__due ON deliveries (channel, urgent, due_at, id) WHERE state = 'queued';
CREATE INDEX ix_deliveries__awaiting ON deliveries (sent_at, id) WHERE state = 'sent' AND channel = 'sms';
CREATE INDEX ix_deliveries__person ON deliveries (resident_id, sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX ix_deliveries__doubt ON deliveries (identity_id, id) WHERE outcome = 'unknown' AND identity_id IS NOT NULL;
CREATE INDEX ix_deliveries__numbered ON deliveries (provider_ref) WHERE channel = 'wx_template' AND provider_ref IS NOT NULL;
