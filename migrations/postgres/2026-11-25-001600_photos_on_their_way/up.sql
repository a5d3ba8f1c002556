-- Photos that a case names and that have not arrived: what the file shows, and what is waited for.
ALTER TABLE cases ADD COLUMN awaiting_media JSONB;
-- A phone that carries its areas' cases is told what is over.
CREATE INDEX ix_cases__closed ON cases (area_code, closed_at, id) WHERE closed_at IS NOT NULL;

CREATE TABLE awaited_photos (
  uploader_id UUID NOT NULL,
  photo_id UUID NOT NULL,
  area_code TEXT COLLATE "C" NOT NULL,
  case_id UUID,
  stage TEXT NOT NULL CHECK (stage IN ('before', 'during', 'after', 'paper')),
  uploader_kind TEXT NOT NULL CHECK (uploader_kind IN ('staff', 'resident')),
  sha256 TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (uploader_id, photo_id)
);
CREATE INDEX ix_awaited_photos__case ON awaited_photos (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX ix_awaited_photos__unclaimed ON awaited_photos (created_at) WHERE case_id IS NULL;

-- Photos in parts: the parts' bytes are in the blobs.
CREATE TABLE uploads (
  id UUID NOT NULL PRIMARY KEY,
  area_code TEXT COLLATE "C" NOT NULL,
  uploader_kind TEXT NOT NULL CHECK (uploader_kind IN ('staff', 'resident')),
  uploader_id UUID NOT NULL,
  photo_id UUID NOT NULL,
  sha256 TEXT NOT NULL,
  length INTEGER NOT NULL,
  received INTEGER NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX uq_uploads__uploader_id_photo_id ON uploads (uploader_id, photo_id);
CREATE INDEX ix_uploads__expires ON uploads (expires_at);

CREATE TABLE upload_chunks (
  upload_id UUID NOT NULL,
  start INTEGER NOT NULL,
  length INTEGER NOT NULL,
  blob TEXT NOT NULL,
  PRIMARY KEY (upload_id, start)
);
