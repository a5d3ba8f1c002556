-- A third kind of case. Every row that the old CHECK let in passes the new one.
ALTER TABLE cases DROP CONSTRAINT cases_kind_check;
ALTER TABLE cases ADD CONSTRAINT cases_kind_check CHECK (kind IN ('hazard', 'dispute', 'event'));

-- The case that this one came out of, and its kind, as people see the id by it.
ALTER TABLE cases ADD COLUMN origin_kind TEXT;
ALTER TABLE cases ADD COLUMN origin_id UUID REFERENCES cases (id);
