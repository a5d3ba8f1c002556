DROP TABLE me_toos;
