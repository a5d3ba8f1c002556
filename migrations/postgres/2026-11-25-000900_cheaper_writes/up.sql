-- What a notice asks of each resident is answered by these two alone, in their order, without sorting.
DROP INDEX ix_wx_identities__subject;
CREATE INDEX ix_wx_identities__subject ON wx_identities (subject_id, appid, last_visit_at, id, linked_at, subject_kind)
  WHERE subject_id IS NOT NULL;
DROP INDEX ix_residents__household;
CREATE INDEX ix_residents__household ON residents (household_id, sessions_since);
