-- Whoever must not be known reports under an alias.
ALTER TABLE cases DROP CONSTRAINT cases_reporter_kind_check;
ALTER TABLE cases ADD CONSTRAINT cases_reporter_kind_check CHECK (reporter_kind IN ('staff', 'resident', 'anonymous'));
ALTER TABLE attachments DROP CONSTRAINT attachments_uploader_kind_check;
ALTER TABLE attachments ADD CONSTRAINT attachments_uploader_kind_check CHECK (uploader_kind IN ('staff', 'resident', 'anonymous'));
