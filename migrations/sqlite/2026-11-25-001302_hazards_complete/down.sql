-- How SQLite widens a CHECK: https://www.sqlite.org/lang_altertable.html, section 7. No row is touched.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, ' OR state = ''transferred''', '')
  WHERE type = 'table' AND name = 'hazards';
PRAGMA writable_schema = RESET;
DROP INDEX ix_hazards__place;
DROP INDEX ix_hazards__supervised;
ALTER TABLE hazards DROP COLUMN inspection_id;
ALTER TABLE hazards DROP COLUMN campaign_id;
ALTER TABLE hazards DROP COLUMN place_id;
ALTER TABLE hazards DROP COLUMN reporter_sealed;
ALTER TABLE hazards DROP COLUMN reward_fen;
ALTER TABLE hazards DROP COLUMN transferred_on;
ALTER TABLE hazards DROP COLUMN transferred_to;
ALTER TABLE hazards DROP COLUMN supervisor_id;
ALTER TABLE hazards DROP COLUMN supervised_until;
ALTER TABLE hazards DROP COLUMN extended_from;
ALTER TABLE hazards DROP COLUMN district_informed_on;
