-- The census: living households (h), persons in them (p) and households without a smartphone (n), per district, town, village
-- and grid, kept from now on by whatever writes a household (decision 0049). Each household is read once,
-- which takes its time where there are millions.
SET LOCAL statement_timeout = 0;
INSERT INTO counters (book, area_code, key, n)
SELECT 'census', substr(g.grid, 1, l.digits), k.key,
  SUM(CASE k.key WHEN 'h' THEN g.households WHEN 'p' THEN g.persons ELSE g.no_smartphone END)
FROM (
  SELECT substr(area_code, 1, 15) AS grid, COUNT(*) AS households, SUM(members) AS persons,
    SUM(CASE smartphone WHEN 'no' THEN 1 ELSE 0 END) AS no_smartphone
  FROM households WHERE status = 'living' GROUP BY substr(area_code, 1, 15)
) g
CROSS JOIN (SELECT 6 AS digits UNION ALL SELECT 9 UNION ALL SELECT 12 UNION ALL SELECT 15) l
CROSS JOIN (SELECT 'h' AS key UNION ALL SELECT 'p' UNION ALL SELECT 'n') k
GROUP BY substr(g.grid, 1, l.digits), k.key
HAVING SUM(CASE k.key WHEN 'h' THEN g.households WHEN 'p' THEN g.persons ELSE g.no_smartphone END) <> 0;
