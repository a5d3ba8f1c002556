DROP TABLE dispute_parties;
DROP TABLE disputes;
