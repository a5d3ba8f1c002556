-- Extended, listed for supervision, handed to the district, rewarded; and where a hazard comes from.
ALTER TABLE hazards ADD COLUMN district_informed_on TEXT;
ALTER TABLE hazards ADD COLUMN extended_from TEXT;
ALTER TABLE hazards ADD COLUMN supervised_until TEXT;
ALTER TABLE hazards ADD COLUMN supervisor_id BLOB;
ALTER TABLE hazards ADD COLUMN transferred_to TEXT;
ALTER TABLE hazards ADD COLUMN transferred_on TEXT;
ALTER TABLE hazards ADD COLUMN reward_fen INTEGER;
ALTER TABLE hazards ADD COLUMN reporter_sealed BLOB;
ALTER TABLE hazards ADD COLUMN place_id BLOB REFERENCES places (id);
ALTER TABLE hazards ADD COLUMN campaign_id BLOB;
ALTER TABLE hazards ADD COLUMN inspection_id BLOB;
-- Lists in the order of their pages: of those that are supervised, and of those at one place.
CREATE INDEX ix_hazards__supervised ON hazards (case_id) WHERE supervised_until IS NOT NULL;
CREATE INDEX ix_hazards__place ON hazards (place_id, case_id) WHERE place_id IS NOT NULL;
-- How SQLite widens a CHECK: https://www.sqlite.org/lang_altertable.html, section 7. No row is touched.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'state = ''not_hazard''', 'state = ''not_hazard'' OR state = ''transferred''')
  WHERE type = 'table' AND name = 'hazards';
PRAGMA writable_schema = RESET;
