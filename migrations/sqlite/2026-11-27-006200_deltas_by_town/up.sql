-- The deltas of a town stand in the order in which they came. By area each went to a page of its own, and was taken from there again.
ALTER TABLE counter_deltas RENAME TO counter_deltas_before;
CREATE TABLE counter_deltas (
  id BLOB NOT NULL,
  book TEXT NOT NULL,
  area_code TEXT NOT NULL,
  keys TEXT NOT NULL,
  n INTEGER NOT NULL,
  town_code TEXT NOT NULL,
  PRIMARY KEY (book, town_code, id)
) STRICT, WITHOUT ROWID;
INSERT INTO counter_deltas (id, book, area_code, keys, n, town_code)
  SELECT id, book, area_code, keys, n, substr(area_code, 1, 9) FROM counter_deltas_before;
DROP TABLE counter_deltas_before;
