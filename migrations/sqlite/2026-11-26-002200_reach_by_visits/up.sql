-- How far a notice came with a household is the better of what messages did and what visits did (decision 0046).
-- How SQLite widens a CHECK: https://www.sqlite.org/lang_altertable.html, section 7. No row is touched.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (status = ''sent'' OR status = ''read'' OR status = ''acknowledged'')',
  'CHECK (status = ''sent'' OR status = ''absent'' OR status = ''moved'' OR status = ''refused'' OR status = ''phoned'' OR status = ''read'' OR status = ''acknowledged'' OR status = ''visited'')')
  WHERE type = 'table' AND name = 'household_reach';
PRAGMA writable_schema = RESET;
ALTER TABLE household_reach ADD COLUMN by_message TEXT
  CHECK (by_message = 'sent' OR by_message = 'read' OR by_message = 'acknowledged');
ALTER TABLE household_reach ADD COLUMN by_visit TEXT
  CHECK (by_visit = 'absent' OR by_visit = 'moved' OR by_visit = 'refused' OR by_visit = 'phoned' OR by_visit = 'visited');
ALTER TABLE household_reach ADD COLUMN no_smartphone INTEGER NOT NULL DEFAULT 0;
UPDATE household_reach SET by_message = status;
