-- What only a visit reached is not reached any more.
DELETE FROM household_reach WHERE by_message IS NULL;
UPDATE household_reach SET status = by_message;
ALTER TABLE household_reach DROP COLUMN no_smartphone, DROP COLUMN by_visit, DROP COLUMN by_message;
ALTER TABLE household_reach DROP CONSTRAINT household_reach_status_check;
ALTER TABLE household_reach ADD CONSTRAINT household_reach_status_check CHECK (status IN ('sent', 'read', 'acknowledged'));
