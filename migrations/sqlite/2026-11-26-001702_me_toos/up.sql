-- Who else has met what a case is about (我也遇到). One row per person and case, counted where it is shown: a number kept
-- in the case's row would be one that a whole village writes.
CREATE TABLE me_toos (
  case_id BLOB NOT NULL REFERENCES cases (id),
  person_id BLOB NOT NULL,
  person_kind TEXT NOT NULL CHECK (person_kind = 'staff' OR person_kind = 'resident'),
  area_code TEXT NOT NULL,
  added_at TEXT NOT NULL,
  PRIMARY KEY (case_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_me_toos__person ON me_toos (person_id, case_id);
