-- How SQLite widens a CHECK: https://www.sqlite.org/lang_altertable.html, section 7. No row is touched.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, ' OR stage = ''inspection''', '')
  WHERE type = 'table' AND name = 'attachments';
PRAGMA writable_schema = RESET;
DROP TABLE campaign_places;
DROP TABLE inspections;
DROP TABLE checklists;
DROP TABLE campaign_areas;
DROP TABLE campaigns;
