-- The one address under which somebody's calendar program fetches their times; the secret in it is kept only as its SHA-256.
CREATE TABLE calendar_feeds (
  staff_id UUID NOT NULL PRIMARY KEY REFERENCES staff_members (id),
  token_hash BYTEA NOT NULL,
  scope TEXT NOT NULL CHECK (scope IN ('desk', 'areas')),
  created_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX uq_calendar_feeds__token_hash ON calendar_feeds (token_hash);
