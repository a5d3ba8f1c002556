DROP TABLE frozen_counts;
