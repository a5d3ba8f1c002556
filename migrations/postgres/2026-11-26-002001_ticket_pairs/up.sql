-- A consent is told twice, by the phone and by WeChat's event, and counts once (decision 0041): how many tellings of the
-- phone have no event yet (above zero) or of WeChat no telling of the phone (below), and since when.
ALTER TABLE wx_tickets ADD COLUMN unpaired INTEGER NOT NULL DEFAULT 0;
ALTER TABLE wx_tickets ADD COLUMN unpaired_at TIMESTAMPTZ;
