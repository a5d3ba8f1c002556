-- What gateways have pushed to us, so that the same told again is known again (decision 0040). Holds digests only, is
-- forgotten after days, and belongs to no area.
CREATE TABLE gateway_pushes (
  key TEXT NOT NULL PRIMARY KEY,
  seal TEXT NOT NULL,
  received_at TIMESTAMPTZ NOT NULL
);
-- One signature says one thing.
CREATE UNIQUE INDEX uq_gateway_pushes__seal ON gateway_pushes (seal);
CREATE INDEX ix_gateway_pushes__received ON gateway_pushes (received_at);
