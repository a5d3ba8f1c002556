-- The photos of a signed pledge, and those that prove a showing: their ids; whose they are stands with the photos.
ALTER TABLE visits ADD COLUMN papers TEXT NOT NULL DEFAULT '[]';
ALTER TABLE exposures ADD COLUMN photos TEXT NOT NULL DEFAULT '[]';
