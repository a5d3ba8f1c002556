DROP TABLE displays;
DROP TABLE wx_tickets;
DROP TABLE wx_identities;
DROP TABLE sessions;
