DROP VIEW shown_alerts;
DROP VIEW open_clocks;
DROP INDEX ix_clocks__due;
DROP TABLE clock_alerts;
