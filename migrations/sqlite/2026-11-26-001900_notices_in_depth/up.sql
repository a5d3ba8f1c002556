-- By which outside channels a notice goes, in which order; to whom of its areas; when; and what it takes the place of.
ALTER TABLE notices ADD COLUMN channels TEXT NOT NULL DEFAULT '{"order":[],"together":false}';
UPDATE notices SET channels = '{"order":["wx_subscribe"],"together":false}' WHERE wechat = 1;
ALTER TABLE notices ADD COLUMN audience TEXT;
ALTER TABLE notices ADD COLUMN publish_at TEXT;
ALTER TABLE notices ADD COLUMN approval_due_at TEXT;
ALTER TABLE notices ADD COLUMN return_reason TEXT;
ALTER TABLE notices ADD COLUMN replaces_id BLOB REFERENCES notices (id);
ALTER TABLE notices ADD COLUMN replaced_by_id BLOB REFERENCES notices (id);
ALTER TABLE notices ADD COLUMN checked_at TEXT;
CREATE INDEX ix_notices__scheduled ON notices (publish_at, id) WHERE state = 'scheduled';
CREATE INDEX ix_notices__unapproved ON notices (approval_due_at, id) WHERE state = 'published' AND approval_due_at IS NOT NULL;
CREATE INDEX ix_notices__unchecked ON notices (fanned_out_at, id) WHERE fanned_out_at IS NOT NULL AND checked_at IS NULL;

-- What a resident says of themselves, so that a warning may reach those whom its fraud aims at; and whether they want that.
CREATE TABLE resident_tags (
  resident_id BLOB NOT NULL REFERENCES residents (id),
  tag TEXT NOT NULL,
  declared_at TEXT NOT NULL,
  PRIMARY KEY (resident_id, tag)
) STRICT, WITHOUT ROWID;
ALTER TABLE residents ADD COLUMN no_targeting INTEGER NOT NULL DEFAULT 0;

-- How a household wants to be told.
ALTER TABLE households ADD COLUMN prefers TEXT;
ALTER TABLE households ADD COLUMN no_disturb INTEGER NOT NULL DEFAULT 0;

-- A message of the SMS has a gateway and no WeChat name, and is followed until its receipt.
ALTER TABLE deliveries ADD COLUMN gateway TEXT;
ALTER TABLE deliveries ADD COLUMN tried_at TEXT;
ALTER TABLE deliveries ADD COLUMN delivered_at TEXT;
-- Widened in place as sqlite.org/lang_altertable.html §7 describes: every row passes the new tables, so none is touched.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(replace(replace(sql,
  'identity_id BLOB NOT NULL', 'identity_id BLOB'),
  'CHECK (channel IN (''wx_subscribe''))',
  'CHECK (channel = ''wx_subscribe'' OR channel = ''wx_template'' OR channel = ''sms'')'),
  'state = ''cancelled'')',
  'state = ''cancelled'' OR state = ''delivered'' OR state = ''temporary_failure'')')
  WHERE type = 'table' AND name = 'deliveries';
UPDATE sqlite_schema SET sql = replace(sql,
  'state = ''cancelled'')',
  'state = ''cancelled'' OR state = ''scheduled'' OR state = ''updated'' OR state = ''expired'')')
  WHERE type = 'table' AND name = 'notices';
PRAGMA writable_schema = RESET;

-- One line of waiting ones per channel: what rests does not stand in front of what may go.
DROP INDEX ix_deliveries__due;
CREATE INDEX ix_deliveries__due ON deliveries (channel, urgent, due_at, id) WHERE state = 'queued';
CREATE INDEX ix_deliveries__awaiting ON deliveries (sent_at, id) WHERE state = 'sent' AND channel = 'sms';
CREATE INDEX ix_deliveries__person ON deliveries (resident_id, sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX ix_deliveries__doubt ON deliveries (identity_id, id) WHERE outcome = 'unknown' AND identity_id IS NOT NULL;
CREATE INDEX ix_deliveries__numbered ON deliveries (provider_ref) WHERE channel = 'wx_template' AND provider_ref IS NOT NULL;
