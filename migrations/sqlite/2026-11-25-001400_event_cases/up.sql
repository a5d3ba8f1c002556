-- A third kind of case. Widened in place as sqlite.org/lang_altertable.html §7 describes: every row that the old
-- CHECK let in passes the new one, so no row is read or written.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql,
  'kind IN (''hazard'', ''dispute'')',
  'kind = ''hazard'' OR kind = ''dispute'' OR kind = ''event''')
  WHERE type = 'table' AND name = 'cases';
PRAGMA writable_schema = RESET;

-- The case that this one came out of, and its kind, as people see the id by it.
ALTER TABLE cases ADD COLUMN origin_kind TEXT;
ALTER TABLE cases ADD COLUMN origin_id BLOB REFERENCES cases (id);
