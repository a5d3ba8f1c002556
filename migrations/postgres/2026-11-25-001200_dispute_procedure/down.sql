ALTER TABLE disputes DROP COLUMN transfer;
ALTER TABLE disputes DROP COLUMN police_told_at;
ALTER TABLE disputes DROP COLUMN violence_raised_at;
ALTER TABLE disputes DROP COLUMN personal_status;
ALTER TABLE disputes DROP COLUMN agreement_no;
ALTER TABLE disputes DROP COLUMN turned_down;
ALTER TABLE disputes DROP COLUMN co_mediators;
ALTER TABLE disputes DROP COLUMN committee;
ALTER TABLE disputes DROP COLUMN mass;
ALTER TABLE disputes DROP COLUMN cause;

-- What was handed on had failed here.
UPDATE disputes SET state = 'failed' WHERE state = 'transferred';
UPDATE disputes SET outcome = 'failed' WHERE outcome = 'transferred';
ALTER TABLE disputes DROP CONSTRAINT disputes_state_check;
ALTER TABLE disputes ADD CONSTRAINT disputes_state_check CHECK (state IN ('registered', 'accepted', 'mediating', 'agreed', 'performing', 'fulfilled', 'failed', 'refused', 'withdrawn', 'breached', 'archived'));
ALTER TABLE disputes DROP CONSTRAINT disputes_outcome_check;
ALTER TABLE disputes ADD CONSTRAINT disputes_outcome_check CHECK (outcome IN ('written_agreement', 'oral_agreement', 'immediate', 'failed', 'refused', 'withdrawn'));
