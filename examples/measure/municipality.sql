-- A municipality of 40 districts, 1,000 towns and 30,000 grids in which 12,000,000 households live: its districts, and what the
-- census counts there. No household has a row, and nobody needs one. The same text on both databases.
INSERT INTO areas (code, name, level, parent, version, updated_at)
WITH RECURSIVE district (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM district WHERE n < 39)
SELECT '50' || (1000 + n), '示例', 'district', NULL, 1, '2026-03-01T00:00:00.000Z' FROM district;

INSERT INTO counters (book, area_code, key, n)
WITH RECURSIVE grid (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM grid WHERE n < 29999)
SELECT 'census',
  '50' || (1000 + n / 750) || (100 + n / 30 % 25) || (201 + n % 30 / 6) || '00' || (1 + n % 6), k.key,
  CASE k.key WHEN 'h' THEN 400 WHEN 'p' THEN 1100 + n % 13 ELSE 40 + n % 7 END
FROM grid CROSS JOIN (SELECT 'h' AS key UNION ALL SELECT 'p' UNION ALL SELECT 'n') k;

INSERT INTO counters (book, area_code, key, n)
SELECT 'census', substr(area_code, 1, l.digits), key, SUM(n)
FROM counters CROSS JOIN (SELECT 6 AS digits UNION ALL SELECT 9 UNION ALL SELECT 12) l
WHERE book = 'census' AND length(area_code) = 15 AND area_code >= '501000'
GROUP BY substr(area_code, 1, l.digits), key;
