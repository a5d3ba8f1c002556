-- What coverage is measured against, in one row per town; `grids` holds the counts of its grids, packed (decision 0049).
-- `notice_denominators` keeps those of the notices that were published before, and is written no more.
CREATE TABLE frozen_counts (
  notice_id BLOB NOT NULL REFERENCES notices (id),
  area_code TEXT NOT NULL,
  grids BLOB NOT NULL,
  PRIMARY KEY (notice_id, area_code)
) STRICT, WITHOUT ROWID;
