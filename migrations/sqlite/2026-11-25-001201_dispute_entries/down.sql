DROP INDEX ix_dispute_parties__phone;
DROP TABLE agreement_drafts;
DROP TABLE court_confirmations;
DROP TABLE police_reports;
DROP TABLE performance_checks;
DROP TABLE mediation_sessions;
