-- What a file holds: cases, or one of the two ledgers of fraud (decision 0052).
ALTER TABLE exports ADD COLUMN subject TEXT NOT NULL DEFAULT 'cases'
  CHECK (subject = 'cases' OR subject = 'leads' OR subject = 'dissuasions');
