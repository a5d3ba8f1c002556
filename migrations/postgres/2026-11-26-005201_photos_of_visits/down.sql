ALTER TABLE exposures DROP COLUMN photos;
ALTER TABLE visits DROP COLUMN papers;
