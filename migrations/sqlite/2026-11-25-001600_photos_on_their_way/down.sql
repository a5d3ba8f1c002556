DROP TABLE upload_chunks;
DROP TABLE uploads;
DROP TABLE awaited_photos;
DROP INDEX ix_cases__closed;
ALTER TABLE cases DROP COLUMN awaiting_media;
