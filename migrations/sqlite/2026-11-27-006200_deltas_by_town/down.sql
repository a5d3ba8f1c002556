ALTER TABLE counter_deltas RENAME TO counter_deltas_before;
CREATE TABLE counter_deltas (
  id BLOB NOT NULL,
  book TEXT NOT NULL,
  area_code TEXT NOT NULL,
  keys TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (book, area_code, id)
) STRICT, WITHOUT ROWID;
INSERT INTO counter_deltas (id, book, area_code, keys, n) SELECT id, book, area_code, keys, n FROM counter_deltas_before;
DROP TABLE counter_deltas_before;
