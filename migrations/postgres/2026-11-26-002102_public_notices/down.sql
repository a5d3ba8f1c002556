DROP INDEX ix_notices__public;
