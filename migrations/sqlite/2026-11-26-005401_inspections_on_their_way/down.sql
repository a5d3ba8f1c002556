DELETE FROM awaited_photos WHERE stage = 'inspection';
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, ' OR stage = ''inspection''', '')
  WHERE type = 'table' AND name = 'awaited_photos';
PRAGMA writable_schema = RESET;
