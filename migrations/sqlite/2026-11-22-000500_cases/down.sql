DROP TABLE attachments;
DROP TABLE timeline_entries;
DROP TABLE case_numbers;
DROP TABLE cases;
