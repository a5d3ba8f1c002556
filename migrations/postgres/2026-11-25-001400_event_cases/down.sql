ALTER TABLE cases DROP COLUMN origin_id;
ALTER TABLE cases DROP COLUMN origin_kind;

-- A program that knows no events could not read what is left of them.
DELETE FROM cases WHERE kind = 'event';
DELETE FROM case_numbers WHERE kind = 'event';
DELETE FROM timeline_entries WHERE case_kind = 'event';
DELETE FROM counters WHERE book = 'cases' AND key LIKE '_:event:%';
DELETE FROM counter_deltas WHERE book = 'cases' AND keys LIKE '_:event:%';

ALTER TABLE cases DROP CONSTRAINT cases_kind_check;
ALTER TABLE cases ADD CONSTRAINT cases_kind_check CHECK (kind IN ('hazard', 'dispute'));
