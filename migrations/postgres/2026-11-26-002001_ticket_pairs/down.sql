ALTER TABLE wx_tickets DROP COLUMN unpaired_at;
ALTER TABLE wx_tickets DROP COLUMN unpaired;
