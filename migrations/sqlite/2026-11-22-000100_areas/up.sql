-- District 6, town 9, village 12, grid 15, micro-grid 17 digits (CJ/T 349-2010 gives the idea); the hierarchy is in the code.
CREATE TABLE areas (
  code TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('province', 'district', 'town', 'village', 'grid', 'micro_grid')),
  parent TEXT REFERENCES areas (code),
  grid_kind TEXT CHECK (grid_kind IN ('basic', 'exclusive')),
  valid_from TEXT,
  valid_to TEXT,
  version INTEGER NOT NULL,
  updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_areas__parent ON areas (parent, code);
