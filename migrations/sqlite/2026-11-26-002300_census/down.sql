DELETE FROM counter_deltas WHERE book = 'census';
DELETE FROM counters WHERE book = 'census';
