-- Visits (入户走访): which households a notice is brought to, and what came of it (decision 0046).
-- One round per notice and area that somebody opened; a job writes its tasks.
CREATE TABLE visit_rounds (
  id BLOB NOT NULL PRIMARY KEY,
  notice_id BLOB NOT NULL REFERENCES notices (id),
  area_code TEXT NOT NULL,
  due_on TEXT NOT NULL,
  tasks INTEGER NOT NULL,
  opened_by BLOB NOT NULL,
  opened_at TEXT NOT NULL,
  written_at TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX uq_visit_rounds__notice_id__area_code ON visit_rounds (notice_id, area_code);
CREATE INDEX ix_visit_rounds__opened ON visit_rounds (opened_at, id);

-- `route` begins with the grid, so that a worker's grid is one range of its index, in the order of walking.
CREATE TABLE visit_tasks (
  notice_id BLOB NOT NULL,
  household_id BLOB NOT NULL,
  round_id BLOB NOT NULL REFERENCES visit_rounds (id),
  area_code TEXT NOT NULL,
  route TEXT NOT NULL,
  no_smartphone INTEGER NOT NULL,
  result TEXT CHECK (result = 'visited' OR result = 'phoned' OR result = 'absent' OR result = 'refused' OR result = 'moved'),
  tries INTEGER NOT NULL,
  last_at TEXT,
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (notice_id, household_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_visit_tasks__route ON visit_tasks (notice_id, route, household_id);

-- Appended, never changed: a correction is a row of its own that names the one it corrects; without a result it says
-- that there was no such visit.
CREATE TABLE visits (
  id BLOB NOT NULL PRIMARY KEY,
  notice_id BLOB NOT NULL,
  household_id BLOB NOT NULL,
  area_code TEXT NOT NULL,
  result TEXT CHECK (result = 'visited' OR result = 'phoned' OR result = 'absent' OR result = 'refused' OR result = 'moved'),
  pledge_signed INTEGER NOT NULL,
  note_sealed BLOB,
  corrects BLOB REFERENCES visits (id),
  reason_sealed BLOB,
  visited_at TEXT NOT NULL,
  recorded_by BLOB NOT NULL,
  content_hash BLOB NOT NULL,
  created_at TEXT NOT NULL,
  FOREIGN KEY (notice_id, household_id) REFERENCES visit_tasks (notice_id, household_id),
  CHECK (result IS NOT NULL OR corrects IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_visits__task ON visits (notice_id, household_id, created_at, id);
CREATE UNIQUE INDEX uq_visits__corrects ON visits (corrects) WHERE corrects IS NOT NULL;
