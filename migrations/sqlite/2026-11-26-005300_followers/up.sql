-- By which one person is known again in the mini-program and the official account: a keyed index of the unionid, which is
-- kept nowhere itself (decision 0053).
ALTER TABLE wx_identities ADD COLUMN union_index BLOB;
CREATE INDEX ix_wx_identities__union ON wx_identities (union_index) WHERE union_index IS NOT NULL;
