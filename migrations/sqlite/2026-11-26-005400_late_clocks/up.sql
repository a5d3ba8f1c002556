-- Open cases without clocks may be older than the clocks: they are looked through once, each kind by a job (decision 0054).
-- A new town has none, and gets no job.
INSERT INTO outbox_jobs (id, kind, payload, state, urgent, attempts, due_at, created_at)
SELECT randomblob(16), 'case.start_clocks', '{"kind":"hazard","after":null}', 'waiting', 0, 0, '2026-11-26T00:00:00.000Z', '2026-11-26T00:00:00.000Z'
WHERE EXISTS (SELECT 1 FROM cases WHERE kind = 'hazard' AND closed_at IS NULL AND clocks = '[]');
INSERT INTO outbox_jobs (id, kind, payload, state, urgent, attempts, due_at, created_at)
SELECT randomblob(16), 'case.start_clocks', '{"kind":"dispute","after":null}', 'waiting', 0, 0, '2026-11-26T00:00:00.000Z', '2026-11-26T00:00:00.000Z'
WHERE EXISTS (SELECT 1 FROM cases WHERE kind = 'dispute' AND closed_at IS NULL AND clocks = '[]');
