-- How far a notice came with a household is the better of what messages did and what visits did (decision 0046).
ALTER TABLE household_reach DROP CONSTRAINT household_reach_status_check;
ALTER TABLE household_reach ADD CONSTRAINT household_reach_status_check
  CHECK (status IN ('sent', 'absent', 'moved', 'refused', 'phoned', 'read', 'acknowledged', 'visited'));
ALTER TABLE household_reach ADD COLUMN by_message TEXT CHECK (by_message IN ('sent', 'read', 'acknowledged'));
ALTER TABLE household_reach ADD COLUMN by_visit TEXT
  CHECK (by_visit IN ('absent', 'moved', 'refused', 'phoned', 'visited'));
ALTER TABLE household_reach ADD COLUMN no_smartphone BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE household_reach SET by_message = status;
