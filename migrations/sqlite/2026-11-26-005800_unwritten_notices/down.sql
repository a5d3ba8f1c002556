DROP INDEX ix_notices__unwritten;
