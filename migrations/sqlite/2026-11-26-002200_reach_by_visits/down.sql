-- What only a visit reached is not reached any more.
DELETE FROM household_reach WHERE by_message IS NULL;
UPDATE household_reach SET status = by_message;
ALTER TABLE household_reach DROP COLUMN no_smartphone;
ALTER TABLE household_reach DROP COLUMN by_visit;
ALTER TABLE household_reach DROP COLUMN by_message;
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (status = ''sent'' OR status = ''absent'' OR status = ''moved'' OR status = ''refused'' OR status = ''phoned'' OR status = ''read'' OR status = ''acknowledged'' OR status = ''visited'')',
  'CHECK (status = ''sent'' OR status = ''read'' OR status = ''acknowledged'')')
  WHERE type = 'table' AND name = 'household_reach';
PRAGMA writable_schema = RESET;
