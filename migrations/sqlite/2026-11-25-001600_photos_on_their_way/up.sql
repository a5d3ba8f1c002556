-- Photos that a case names and that have not arrived: what the file shows, and what is waited for.
ALTER TABLE cases ADD COLUMN awaiting_media TEXT;
-- A phone that carries its areas' cases is told what is over.
CREATE INDEX ix_cases__closed ON cases (area_code, closed_at, id) WHERE closed_at IS NOT NULL;

CREATE TABLE awaited_photos (
  uploader_id BLOB NOT NULL,
  photo_id BLOB NOT NULL,
  area_code TEXT NOT NULL,
  case_id BLOB,
  stage TEXT NOT NULL CHECK (stage = 'before' OR stage = 'during' OR stage = 'after' OR stage = 'paper'),
  uploader_kind TEXT NOT NULL CHECK (uploader_kind IN ('staff', 'resident')),
  sha256 TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (uploader_id, photo_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ix_awaited_photos__case ON awaited_photos (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX ix_awaited_photos__unclaimed ON awaited_photos (created_at) WHERE case_id IS NULL;

-- Photos in parts: the parts' bytes are in the blobs.
CREATE TABLE uploads (
  id BLOB NOT NULL PRIMARY KEY,
  area_code TEXT NOT NULL,
  uploader_kind TEXT NOT NULL CHECK (uploader_kind IN ('staff', 'resident')),
  uploader_id BLOB NOT NULL,
  photo_id BLOB NOT NULL,
  sha256 TEXT NOT NULL,
  length INTEGER NOT NULL,
  received INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX uq_uploads__uploader_id_photo_id ON uploads (uploader_id, photo_id);
CREATE INDEX ix_uploads__expires ON uploads (expires_at);

CREATE TABLE upload_chunks (
  upload_id BLOB NOT NULL,
  start INTEGER NOT NULL,
  length INTEGER NOT NULL,
  blob TEXT NOT NULL,
  PRIMARY KEY (upload_id, start)
) STRICT, WITHOUT ROWID;
