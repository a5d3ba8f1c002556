DROP TABLE visits;
DROP TABLE visit_tasks;
DROP TABLE visit_rounds;
