-- Extended, listed for supervision, handed to the district, rewarded; and where a hazard comes from.
ALTER TABLE hazards ADD COLUMN district_informed_on DATE;
ALTER TABLE hazards ADD COLUMN extended_from DATE;
ALTER TABLE hazards ADD COLUMN supervised_until DATE;
ALTER TABLE hazards ADD COLUMN supervisor_id UUID;
ALTER TABLE hazards ADD COLUMN transferred_to TEXT;
ALTER TABLE hazards ADD COLUMN transferred_on DATE;
ALTER TABLE hazards ADD COLUMN reward_fen BIGINT;
ALTER TABLE hazards ADD COLUMN reporter_sealed BYTEA;
ALTER TABLE hazards ADD COLUMN place_id UUID REFERENCES places (id);
ALTER TABLE hazards ADD COLUMN campaign_id UUID;
ALTER TABLE hazards ADD COLUMN inspection_id UUID;
-- Lists in the order of their pages: of those that are supervised, and of those at one place.
CREATE INDEX ix_hazards__supervised ON hazards (case_id) WHERE supervised_until IS NOT NULL;
CREATE INDEX ix_hazards__place ON hazards (place_id, case_id) WHERE place_id IS NOT NULL;
ALTER TABLE hazards DROP CONSTRAINT hazards_state_check;
ALTER TABLE hazards ADD CONSTRAINT hazards_state_check CHECK (state IN ('found', 'graded', 'ordered', 'rectifying', 'submitted', 'fixed_on_spot', 'cancelled', 'not_hazard', 'transferred'));
