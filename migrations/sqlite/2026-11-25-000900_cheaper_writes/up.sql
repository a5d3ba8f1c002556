-- SQLite fills a temporary table for `x IN (three words or more)` each time that it checks a row; comparisons cost nothing
-- that one can measure. A report paid for four such tables, a step for three (docs/performance.md).
-- Rewriting the text is the way that https://sqlite.org/lang_altertable.html (7) has for a CHECK; no row changes.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (state IN (''waiting'', ''done'', ''gave_up''))',
  'CHECK (state = ''waiting'' OR state = ''done'' OR state = ''gave_up'')')
  WHERE type = 'table' AND name = 'outbox_jobs';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (level IN (''province'', ''district'', ''town'', ''village'', ''grid'', ''micro_grid''))',
  'CHECK (level = ''province'' OR level = ''district'' OR level = ''town'' OR level = ''village'' OR level = ''grid'' OR level = ''micro_grid'')')
  WHERE type = 'table' AND name = 'areas';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (smartphone IN (''yes'', ''no'', ''unknown''))',
  'CHECK (smartphone = ''yes'' OR smartphone = ''no'' OR smartphone = ''unknown'')')
  WHERE type = 'table' AND name = 'households';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (relation IN (''head'', ''spouse'', ''child'', ''parent'', ''other''))',
  'CHECK (relation = ''head'' OR relation = ''spouse'' OR relation = ''child'' OR relation = ''parent'' OR relation = ''other'')')
  WHERE type = 'table' AND name = 'residents';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (subject_kind IN (''staff'', ''resident'', ''machine''))',
  'CHECK (subject_kind = ''staff'' OR subject_kind = ''resident'' OR subject_kind = ''machine'')')
  WHERE type = 'table' AND name = 'sessions';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (state IN (''accept'', ''reject'', ''ban''))',
  'CHECK (state = ''accept'' OR state = ''reject'' OR state = ''ban'')')
  WHERE type = 'table' AND name = 'wx_tickets';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (urgency IN (''normal'', ''urgent'', ''critical''))',
  'CHECK (urgency = ''normal'' OR urgency = ''urgent'' OR urgency = ''critical'')')
  WHERE type = 'table' AND name = 'cases';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (confidential IN (''public'', ''internal'', ''private'', ''sealed''))',
  'CHECK (confidential = ''public'' OR confidential = ''internal'' OR confidential = ''private'' OR confidential = ''sealed'')')
  WHERE type = 'table' AND name = 'cases';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (phase IN (''reported'', ''accepted'', ''working'', ''resolved'', ''closed''))',
  'CHECK (phase = ''reported'' OR phase = ''accepted'' OR phase = ''working'' OR phase = ''resolved'' OR phase = ''closed'')')
  WHERE type = 'table' AND name = 'cases';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (stage IN (''before'', ''during'', ''after'', ''paper''))',
  'CHECK (stage = ''before'' OR stage = ''during'' OR stage = ''after'' OR stage = ''paper'')')
  WHERE type = 'table' AND name = 'attachments';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (state IN (''found'', ''graded'', ''ordered'', ''rectifying'', ''submitted'', ''fixed_on_spot'', ''cancelled'', ''not_hazard''))',
  'CHECK (state = ''found'' OR state = ''graded'' OR state = ''ordered'' OR state = ''rectifying'' OR state = ''submitted'' OR state = ''fixed_on_spot'' OR state = ''cancelled'' OR state = ''not_hazard'')')
  WHERE type = 'table' AND name = 'hazards';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (grade IN (''general'', ''key'', ''major''))',
  'CHECK (grade = ''general'' OR grade = ''key'' OR grade = ''major'')')
  WHERE type = 'table' AND name = 'hazards';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (not_hazard_reason IN (''not_found'', ''harmless'', ''gone'', ''duplicate'', ''elsewhere''))',
  'CHECK (not_hazard_reason = ''not_found'' OR not_hazard_reason = ''harmless'' OR not_hazard_reason = ''gone'' OR not_hazard_reason = ''duplicate'' OR not_hazard_reason = ''elsewhere'')')
  WHERE type = 'table' AND name = 'hazards';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (state IN (''registered'', ''accepted'', ''mediating'', ''agreed'', ''performing'', ''fulfilled'', ''failed'', ''refused'', ''withdrawn'', ''breached'', ''archived''))',
  'CHECK (state = ''registered'' OR state = ''accepted'' OR state = ''mediating'' OR state = ''agreed'' OR state = ''performing'' OR state = ''fulfilled'' OR state = ''failed'' OR state = ''refused'' OR state = ''withdrawn'' OR state = ''breached'' OR state = ''archived'')')
  WHERE type = 'table' AND name = 'disputes';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (level IN (''simple'', ''general'', ''difficult'', ''major''))',
  'CHECK (level = ''simple'' OR level = ''general'' OR level = ''difficult'' OR level = ''major'')')
  WHERE type = 'table' AND name = 'disputes';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (mode IN (''on_site'', ''committee'', ''joint'', ''online'', ''judicial'', ''administrative''))',
  'CHECK (mode = ''on_site'' OR mode = ''committee'' OR mode = ''joint'' OR mode = ''online'' OR mode = ''judicial'' OR mode = ''administrative'')')
  WHERE type = 'table' AND name = 'disputes';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (outcome IN (''written_agreement'', ''oral_agreement'', ''immediate'', ''failed'', ''refused'', ''withdrawn''))',
  'CHECK (outcome = ''written_agreement'' OR outcome = ''oral_agreement'' OR outcome = ''immediate'' OR outcome = ''failed'' OR outcome = ''refused'' OR outcome = ''withdrawn'')')
  WHERE type = 'table' AND name = 'disputes';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (side IN (''applicant'', ''respondent'', ''third''))',
  'CHECK (side = ''applicant'' OR side = ''respondent'' OR side = ''third'')')
  WHERE type = 'table' AND name = 'dispute_parties';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (kind IN (''warning'', ''case'', ''education'', ''policy'', ''emergency''))',
  'CHECK (kind = ''warning'' OR kind = ''case'' OR kind = ''education'' OR kind = ''policy'' OR kind = ''emergency'')')
  WHERE type = 'table' AND name = 'notices';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (level IN (''red'', ''orange'', ''yellow'', ''blue''))',
  'CHECK (level = ''red'' OR level = ''orange'' OR level = ''yellow'' OR level = ''blue'')')
  WHERE type = 'table' AND name = 'notices';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (state IN (''draft'', ''submitted'', ''approved'', ''published'', ''cancelled''))',
  'CHECK (state = ''draft'' OR state = ''submitted'' OR state = ''approved'' OR state = ''published'' OR state = ''cancelled'')')
  WHERE type = 'table' AND name = 'notices';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (status IN (''sent'', ''read'', ''acknowledged''))',
  'CHECK (status = ''sent'' OR status = ''read'' OR status = ''acknowledged'')')
  WHERE type = 'table' AND name = 'household_reach';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (state IN (''queued'', ''sending'', ''sent'', ''refused'', ''permanent_failure'', ''technical_failure'', ''unknown'', ''cancelled''))',
  'CHECK (state = ''queued'' OR state = ''sending'' OR state = ''sent'' OR state = ''refused'' OR state = ''permanent_failure'' OR state = ''technical_failure'' OR state = ''unknown'' OR state = ''cancelled'')')
  WHERE type = 'table' AND name = 'deliveries';
PRAGMA writable_schema = RESET;

-- What a notice asks of each resident is answered by these two alone, in their order, without sorting.
DROP INDEX ix_wx_identities__subject;
CREATE INDEX ix_wx_identities__subject ON wx_identities (subject_id, appid, last_visit_at, id, linked_at, subject_kind)
  WHERE subject_id IS NOT NULL;
DROP INDEX ix_residents__household;
CREATE INDEX ix_residents__household ON residents (household_id, sessions_since);
