-- How a case with coordinates came to its area; what the map said then.
ALTER TABLE cases ADD COLUMN assignment TEXT;
