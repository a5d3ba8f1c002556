ALTER TABLE cases DROP COLUMN origin_id;
ALTER TABLE cases DROP COLUMN origin_kind;

-- A program that knows no events could not read what is left of them.
DELETE FROM cases WHERE kind = 'event';
DELETE FROM case_numbers WHERE kind = 'event';
DELETE FROM timeline_entries WHERE case_kind = 'event';
DELETE FROM counters WHERE book = 'cases' AND key LIKE '_:event:%';
DELETE FROM counter_deltas WHERE book = 'cases' AND keys LIKE '_:event:%';

PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql,
  'kind = ''hazard'' OR kind = ''dispute'' OR kind = ''event''',
  'kind IN (''hazard'', ''dispute'')')
  WHERE type = 'table' AND name = 'cases';
PRAGMA writable_schema = RESET;
