-- One state and one outcome more. Widened in place as sqlite.org/lang_altertable.html §7 describes: every row that the
-- old CHECK let in passes the new one, so no row is read or written.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql,
  'OR state = ''breached'' OR state = ''archived'')',
  'OR state = ''breached'' OR state = ''transferred'' OR state = ''archived'')')
  WHERE type = 'table' AND name = 'disputes';
UPDATE sqlite_schema SET sql = replace(sql,
  'OR outcome = ''withdrawn'')',
  'OR outcome = ''withdrawn'' OR outcome = ''transferred'')')
  WHERE type = 'table' AND name = 'disputes';
PRAGMA writable_schema = RESET;

ALTER TABLE disputes ADD COLUMN cause TEXT;
ALTER TABLE disputes ADD COLUMN mass INTEGER NOT NULL DEFAULT 0;
ALTER TABLE disputes ADD COLUMN committee TEXT;
-- Ids of staff: who mediates beside mediator_id, and whom a party did not accept.
ALTER TABLE disputes ADD COLUMN co_mediators TEXT;
ALTER TABLE disputes ADD COLUMN turned_down TEXT;
ALTER TABLE disputes ADD COLUMN agreement_no TEXT;
ALTER TABLE disputes ADD COLUMN personal_status TEXT CHECK (personal_status = 'none' OR personal_status = 'identity' OR personal_status = 'adoption' OR personal_status = 'marriage');
-- Set while there is a risk of violence, and once the police was told of it.
ALTER TABLE disputes ADD COLUMN violence_raised_at TEXT;
ALTER TABLE disputes ADD COLUMN police_told_at TEXT;
ALTER TABLE disputes ADD COLUMN transfer TEXT;
