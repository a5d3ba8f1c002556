DROP TABLE counter_deltas;
DROP TABLE counters;
DROP TABLE idempotency_keys;
DROP TABLE audit_seals;
DROP TABLE audit_entries;
DROP TABLE leases;
DROP TABLE outbox_jobs;
