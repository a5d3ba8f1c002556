ALTER TABLE disputes DROP COLUMN transfer;
ALTER TABLE disputes DROP COLUMN police_told_at;
ALTER TABLE disputes DROP COLUMN violence_raised_at;
ALTER TABLE disputes DROP COLUMN personal_status;
ALTER TABLE disputes DROP COLUMN agreement_no;
ALTER TABLE disputes DROP COLUMN turned_down;
ALTER TABLE disputes DROP COLUMN co_mediators;
ALTER TABLE disputes DROP COLUMN committee;
ALTER TABLE disputes DROP COLUMN mass;
ALTER TABLE disputes DROP COLUMN cause;

-- What was handed on had failed here.
UPDATE disputes SET state = 'failed' WHERE state = 'transferred';
UPDATE disputes SET outcome = 'failed' WHERE outcome = 'transferred';
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql,
  'OR state = ''breached'' OR state = ''transferred'' OR state = ''archived'')',
  'OR state = ''breached'' OR state = ''archived'')')
  WHERE type = 'table' AND name = 'disputes';
UPDATE sqlite_schema SET sql = replace(sql,
  'OR outcome = ''withdrawn'' OR outcome = ''transferred'')',
  'OR outcome = ''withdrawn'')')
  WHERE type = 'table' AND name = 'disputes';
PRAGMA writable_schema = RESET;
