-- Cases of any kind that have to do with each other (decision 0032). A pair is one row, the smaller id first.
CREATE TABLE case_links (
  one BLOB NOT NULL REFERENCES cases (id),
  other BLOB NOT NULL REFERENCES cases (id),
  area_code TEXT NOT NULL,
  linked_by BLOB NOT NULL,
  linked_at TEXT NOT NULL,
  PRIMARY KEY (one, other)
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_case_links__other ON case_links (other, one);
