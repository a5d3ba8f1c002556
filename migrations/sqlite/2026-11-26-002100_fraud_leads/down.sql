DROP TABLE fraud_leads;
