-- How SQLite widens a CHECK: https://www.sqlite.org/lang_altertable.html, section 7. No row is touched.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'reporter_kind = ''staff'' OR reporter_kind = ''resident'' OR reporter_kind = ''anonymous''', 'reporter_kind IN (''staff'', ''resident'')')
  WHERE type = 'table' AND name = 'cases';
UPDATE sqlite_schema SET sql = replace(sql, 'uploader_kind = ''staff'' OR uploader_kind = ''resident'' OR uploader_kind = ''anonymous''', 'uploader_kind IN (''staff'', ''resident'')')
  WHERE type = 'table' AND name = 'attachments';
PRAGMA writable_schema = RESET;
