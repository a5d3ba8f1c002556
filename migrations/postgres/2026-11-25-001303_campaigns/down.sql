ALTER TABLE attachments DROP CONSTRAINT attachments_stage_check;
ALTER TABLE attachments ADD CONSTRAINT attachments_stage_check CHECK (stage IN ('before', 'during', 'after', 'paper'));
DROP TABLE campaign_places;
DROP TABLE inspections;
DROP TABLE checklists;
DROP TABLE campaign_areas;
DROP TABLE campaigns;
