DROP TABLE sign_in_failures;
DROP TABLE posts;
DROP TABLE staff_members;
