DELETE FROM outbox_jobs WHERE kind = 'case.start_clocks';
