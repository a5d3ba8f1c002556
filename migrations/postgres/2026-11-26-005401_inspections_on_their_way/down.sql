DELETE FROM awaited_photos WHERE stage = 'inspection';
ALTER TABLE awaited_photos DROP CONSTRAINT awaited_photos_stage_check;
ALTER TABLE awaited_photos ADD CONSTRAINT awaited_photos_stage_check
  CHECK (stage IN ('before', 'during', 'after', 'paper'));
