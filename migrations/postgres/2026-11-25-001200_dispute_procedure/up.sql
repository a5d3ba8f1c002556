-- One state and one outcome more.
ALTER TABLE disputes DROP CONSTRAINT disputes_state_check;
ALTER TABLE disputes ADD CONSTRAINT disputes_state_check CHECK (state IN ('registered', 'accepted', 'mediating', 'agreed', 'performing', 'fulfilled', 'failed', 'refused', 'withdrawn', 'breached', 'transferred', 'archived'));
ALTER TABLE disputes DROP CONSTRAINT disputes_outcome_check;
ALTER TABLE disputes ADD CONSTRAINT disputes_outcome_check CHECK (outcome IN ('written_agreement', 'oral_agreement', 'immediate', 'failed', 'refused', 'withdrawn', 'transferred'));

ALTER TABLE disputes ADD COLUMN cause TEXT;
ALTER TABLE disputes ADD COLUMN mass BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE disputes ADD COLUMN committee TEXT;
-- Ids of staff: who mediates beside mediator_id, and whom a party did not accept.
ALTER TABLE disputes ADD COLUMN co_mediators JSONB;
ALTER TABLE disputes ADD COLUMN turned_down JSONB;
ALTER TABLE disputes ADD COLUMN agreement_no TEXT;
ALTER TABLE disputes ADD COLUMN personal_status TEXT CHECK (personal_status IN ('none', 'identity', 'adoption', 'marriage'));
-- Set while there is a risk of violence, and once the police was told of it.
ALTER TABLE disputes ADD COLUMN violence_raised_at TIMESTAMPTZ;
ALTER TABLE disputes ADD COLUMN police_told_at TIMESTAMPTZ;
ALTER TABLE disputes ADD COLUMN transfer JSONB;
