ALTER TABLE cases DROP COLUMN assignment;
