DROP INDEX ix_wx_identities__union;
ALTER TABLE wx_identities DROP COLUMN union_index;
