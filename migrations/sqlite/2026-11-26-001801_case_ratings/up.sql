-- What the reporter thinks of how their case was handled, once (decision 0034). It names nobody.
CREATE TABLE case_ratings (
  case_id BLOB NOT NULL PRIMARY KEY REFERENCES cases (id),
  area_code TEXT NOT NULL,
  case_kind TEXT NOT NULL CHECK (case_kind = 'hazard' OR case_kind = 'dispute' OR case_kind = 'event'),
  stars INTEGER NOT NULL CHECK (stars BETWEEN 1 AND 5),
  words TEXT,
  rated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
