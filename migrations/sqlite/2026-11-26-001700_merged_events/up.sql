-- A merged event stays open and follows its original (decision 0031). From which state it was merged is kept, so that
-- the merger can be undone.
ALTER TABLE events ADD COLUMN merged_from TEXT CHECK (merged_from = 'reported' OR merged_from = 'accepted');
CREATE INDEX ix_events__merged_into ON events (merged_into, state, case_id) WHERE merged_into IS NOT NULL;
-- Until now a merged event was over at once. Those stay over.
UPDATE events SET state = 'closed', merged_from = 'reported' WHERE state = 'duplicate';
