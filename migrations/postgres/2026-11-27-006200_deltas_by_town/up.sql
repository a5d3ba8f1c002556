-- The deltas of a town stand in the order in which they came. By area each went to a page of its own, and was taken from there again.
ALTER TABLE counter_deltas ADD COLUMN town_code TEXT;
UPDATE counter_deltas SET town_code = substr(area_code, 1, 9);
ALTER TABLE counter_deltas ALTER COLUMN town_code SET NOT NULL;
ALTER TABLE counter_deltas DROP CONSTRAINT counter_deltas_pkey;
ALTER TABLE counter_deltas ADD PRIMARY KEY (book, town_code, id);
