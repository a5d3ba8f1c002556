DROP INDEX ix_deliveries__numbered;
DROP INDEX ix_deliveries__doubt;
DROP INDEX ix_deliveries__person;
DROP INDEX ix_deliveries__awaiting;
DROP INDEX ix_deliveries__due;
DELETE FROM deliveries WHERE channel <> 'wx_subscribe';
UPDATE deliveries SET state = 'sent' WHERE state = 'delivered';
UPDATE deliveries SET state = 'technical_failure' WHERE state = 'temporary_failure';
UPDATE notices SET state = 'approved' WHERE state = 'scheduled';
UPDATE notices SET state = 'cancelled' WHERE state IN ('updated', 'expired');
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(replace(replace(sql,
  'identity_id BLOB,', 'identity_id BLOB NOT NULL,'),
  'CHECK (channel = ''wx_subscribe'' OR channel = ''wx_template'' OR channel = ''sms'')',
  'CHECK (channel IN (''wx_subscribe''))'),
  'state = ''cancelled'' OR state = ''delivered'' OR state = ''temporary_failure'')',
  'state = ''cancelled'')')
  WHERE type = 'table' AND name = 'deliveries';
UPDATE sqlite_schema SET sql = replace(sql,
  'state = ''cancelled'' OR state = ''scheduled'' OR state = ''updated'' OR state = ''expired'')',
  'state = ''cancelled'')')
  WHERE type = 'table' AND name = 'notices';
PRAGMA writable_schema = RESET;
ALTER TABLE deliveries DROP COLUMN delivered_at;
ALTER TABLE deliveries DROP COLUMN tried_at;
ALTER TABLE deliveries DROP COLUMN gateway;
CREATE INDEX ix_deliveries__due ON deliveries (urgent, due_at, id) WHERE state = 'queued';
ALTER TABLE households DROP COLUMN no_disturb;
ALTER TABLE households DROP COLUMN prefers;
ALTER TABLE residents DROP COLUMN no_targeting;
DROP TABLE resident_tags;
DROP INDEX ix_notices__unchecked;
DROP INDEX ix_notices__unapproved;
DROP INDEX ix_notices__scheduled;
ALTER TABLE notices DROP COLUMN checked_at;
ALTER TABLE notices DROP COLUMN replaced_by_id;
ALTER TABLE notices DROP COLUMN replaces_id;
ALTER TABLE notices DROP COLUMN return_reason;
ALTER TABLE notices DROP COLUMN approval_due_at;
ALTER TABLE notices DROP COLUMN publish_at;
ALTER TABLE notices DROP COLUMN audience;
ALTER TABLE notices DROP COLUMN channels;
