-- Cases of any kind that have to do with each other (decision 0032). A pair is one row, the smaller id first.
CREATE TABLE case_links (
  one UUID NOT NULL REFERENCES cases (id),
  other UUID NOT NULL REFERENCES cases (id),
  area_code TEXT COLLATE "C" NOT NULL,
  linked_by UUID NOT NULL,
  linked_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (one, other)
);
CREATE INDEX ix_case_links__other ON case_links (other, one);
