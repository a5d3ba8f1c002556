DROP TABLE gateway_pushes;
