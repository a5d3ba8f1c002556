ALTER TABLE household_reach DROP COLUMN newcomer;
ALTER TABLE households DROP COLUMN counted_before;
ALTER TABLE households DROP COLUMN counted_since;
