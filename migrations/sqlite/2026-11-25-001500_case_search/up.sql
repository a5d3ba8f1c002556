-- What cases are found by (decision 0026). A block files the cases whose reports stand in the timeline after one place and
-- up to another; cases that no block has filed yet are looked through one by one. Everything in here is made anew from
-- the cases by `wangge search rebuild`, or by itself when the tables are empty.
CREATE TABLE case_search_blocks (
  id BLOB NOT NULL PRIMARY KEY,
  after_lot INTEGER NOT NULL,
  after_id BLOB NOT NULL,
  until_lot INTEGER NOT NULL,
  until_id BLOB NOT NULL,
  cases INTEGER NOT NULL,
  term_pages INTEGER NOT NULL,
  newest_at TEXT NOT NULL,
  newest_id BLOB NOT NULL,
  oldest_at TEXT NOT NULL,
  oldest_id BLOB NOT NULL
) STRICT;
-- Two who file the same cases at the same moment meet here.
CREATE UNIQUE INDEX uq_case_search_blocks__after_lot__after_id ON case_search_blocks (after_lot, after_id);

CREATE TABLE case_search_pages (
  block_id BLOB NOT NULL,
  page INTEGER NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (block_id, page)
) STRICT;
