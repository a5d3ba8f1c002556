DROP TABLE exposures;
DROP TABLE outlets;
