-- A delta is read by book and area and taken in any order: one tree in place of two.
DROP INDEX ix_counter_deltas__book;
ALTER TABLE counter_deltas DROP CONSTRAINT counter_deltas_pkey;
ALTER TABLE counter_deltas ADD PRIMARY KEY (book, area_code, id);
