-- What cases are found by (decision 0026). A block files the cases whose reports stand in the timeline after one place and
-- up to another; cases that no block has filed yet are looked through one by one. Everything in here is made anew from
-- the cases by `wangge search rebuild`, or by itself when the tables are empty.
CREATE TABLE case_search_blocks (
  id UUID NOT NULL PRIMARY KEY,
  after_lot BIGINT NOT NULL,
  after_id UUID NOT NULL,
  until_lot BIGINT NOT NULL,
  until_id UUID NOT NULL,
  cases INTEGER NOT NULL,
  term_pages INTEGER NOT NULL,
  newest_at TIMESTAMPTZ NOT NULL,
  newest_id UUID NOT NULL,
  oldest_at TIMESTAMPTZ NOT NULL,
  oldest_id UUID NOT NULL
);
-- Two who file the same cases at the same moment meet here.
CREATE UNIQUE INDEX uq_case_search_blocks__after_lot__after_id ON case_search_blocks (after_lot, after_id);

CREATE TABLE case_search_pages (
  block_id UUID NOT NULL,
  page INTEGER NOT NULL,
  content BYTEA NOT NULL,
  PRIMARY KEY (block_id, page)
);
