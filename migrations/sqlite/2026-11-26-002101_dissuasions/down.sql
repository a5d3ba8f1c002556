DROP TABLE dissuasion_versions;
DROP TABLE dissuasions;
