UPDATE events SET state = 'duplicate' WHERE state = 'closed' AND merged_into IS NOT NULL;
DROP INDEX ix_events__merged_into;
ALTER TABLE events DROP COLUMN merged_from;
