DROP INDEX ix_cases__near;
