DROP INDEX ix_residents__household;
CREATE INDEX ix_residents__household ON residents (household_id);
DROP INDEX ix_wx_identities__subject;
CREATE INDEX ix_wx_identities__subject ON wx_identities (subject_id) WHERE subject_id IS NOT NULL;
