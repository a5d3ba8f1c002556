ALTER TABLE counter_deltas DROP CONSTRAINT counter_deltas_pkey;
ALTER TABLE counter_deltas DROP COLUMN town_code;
ALTER TABLE counter_deltas ADD PRIMARY KEY (book, area_code, id);
