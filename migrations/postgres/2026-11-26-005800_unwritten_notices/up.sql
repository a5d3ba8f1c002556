-- Notices whose deliveries are not all written: a handful at any time.
CREATE INDEX ix_notices__unwritten ON notices (published_at, id)
  WHERE published_at IS NOT NULL AND fanned_out_at IS NULL AND checked_at IS NULL;
