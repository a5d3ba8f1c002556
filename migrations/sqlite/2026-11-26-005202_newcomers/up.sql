-- Where a household was counted when a notice froze its counts (decision 0046): since when the census counts it in its
-- grid, and in which area before; both empty as long as it lies where it was written down.
ALTER TABLE households ADD COLUMN counted_since TEXT;
ALTER TABLE households ADD COLUMN counted_before TEXT;
-- Whether it was in no frozen count: reached all the same, and no part of the rate.
ALTER TABLE household_reach ADD COLUMN newcomer INTEGER NOT NULL DEFAULT 0;
