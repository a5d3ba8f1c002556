DROP TABLE deliveries;
DROP TABLE household_reach;
DROP TABLE notice_denominators;
DROP TABLE notice_areas;
DROP TABLE notices;
