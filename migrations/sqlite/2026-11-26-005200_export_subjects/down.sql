ALTER TABLE exports DROP COLUMN subject;
