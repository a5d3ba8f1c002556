ALTER TABLE counter_deltas DROP CONSTRAINT counter_deltas_pkey;
ALTER TABLE counter_deltas ADD PRIMARY KEY (id);
CREATE INDEX ix_counter_deltas__book ON counter_deltas (book, area_code);
