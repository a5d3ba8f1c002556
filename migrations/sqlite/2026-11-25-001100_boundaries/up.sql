-- Where grids and micro-grids lie. A grid has one boundary at a time; the older ones answer for their days.
CREATE TABLE area_boundaries (
  area_code TEXT NOT NULL REFERENCES areas (code),
  version INTEGER NOT NULL CHECK (version > 0),
  valid_from TEXT NOT NULL,
  -- The first day on which it holds no more; valid_from itself when it was replaced before it ever held.
  valid_to TEXT CHECK (valid_to >= valid_from),
  -- A GeoJSON MultiPolygon, WGS-84.
  geometry TEXT NOT NULL,
  points INTEGER NOT NULL,
  area_m2 REAL NOT NULL,
  -- Of the map, when the row or what the map tells of its area last changed.
  revision INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (area_code, version)
) STRICT;
CREATE INDEX ix_area_boundaries__revision ON area_boundaries (revision);

-- One row: nodes compare its number with the one that their map has.
CREATE TABLE map_revision (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  revision INTEGER NOT NULL
) STRICT;
INSERT INTO map_revision (id, revision) VALUES (1, 0);
