-- Photos of an inspection may arrive after it.
ALTER TABLE awaited_photos DROP CONSTRAINT awaited_photos_stage_check;
ALTER TABLE awaited_photos ADD CONSTRAINT awaited_photos_stage_check
  CHECK (stage IN ('before', 'during', 'after', 'paper', 'inspection'));
