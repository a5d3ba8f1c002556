-- Photos of an inspection may arrive after it. How SQLite widens a CHECK: https://www.sqlite.org/lang_altertable.html,
-- section 7. No row is touched.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'stage = ''paper''', 'stage = ''paper'' OR stage = ''inspection''')
  WHERE type = 'table' AND name = 'awaited_photos';
PRAGMA writable_schema = RESET;
