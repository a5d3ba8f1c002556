-- What everybody may read of an area, newest first, also when it was cancelled or has expired (decision 0045).
CREATE INDEX ix_notices__public ON notices (area_code, published_at, id) WHERE published_at IS NOT NULL;
