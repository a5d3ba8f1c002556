-- What somebody is told about a case: one message to one account, once (decision 0033).
CREATE TABLE messages (
  id UUID NOT NULL PRIMARY KEY,
  area_code TEXT COLLATE "C" NOT NULL,
  person_kind TEXT NOT NULL CHECK (person_kind = 'staff' OR person_kind = 'resident'),
  person_id UUID NOT NULL,
  case_kind TEXT NOT NULL,
  case_id UUID NOT NULL,
  kind TEXT NOT NULL CHECK (kind = 'accepted' OR kind = 'returned' OR kind = 'rejected' OR kind = 'suspended'
    OR kind = 'resumed' OR kind = 'transferred' OR kind = 'merged' OR kind = 'concluded' OR kind = 'reopened'),
  text TEXT NOT NULL,
  dedupe_key TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  read_at TIMESTAMPTZ,
  wx_state TEXT NOT NULL CHECK (wx_state = 'none' OR wx_state = 'waiting' OR wx_state = 'sending' OR wx_state = 'sent'
    OR wx_state = 'refused' OR wx_state = 'failed' OR wx_state = 'unknown'),
  wx_outcome TEXT
);
-- The same thing is told once, whoever tells it and however often.
CREATE UNIQUE INDEX uq_messages__person_id_dedupe_key ON messages (person_id, dedupe_key);
CREATE INDEX ix_messages__person ON messages (person_id, created_at, id);
CREATE INDEX ix_messages__unread ON messages (person_id, created_at, id) WHERE read_at IS NULL;
