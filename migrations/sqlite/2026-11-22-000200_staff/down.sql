DROP TABLE posts;
DROP TABLE staff_members;
