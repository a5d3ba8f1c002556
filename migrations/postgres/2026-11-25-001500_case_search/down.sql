DROP TABLE case_search_pages;
DROP TABLE case_search_blocks;
