-- Cases of one kind and category near a point. None of its columns changes in a case's life, so no step pays for it, and
-- no case without coordinates. The latitude cuts a strip out of the country, the rest is compared inside of the index.
CREATE INDEX ix_cases__near ON cases (kind, category, lat, lng, occurred_at) WHERE lat IS NOT NULL;
