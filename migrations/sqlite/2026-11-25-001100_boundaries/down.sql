DROP TABLE map_revision;
DROP TABLE area_boundaries;
