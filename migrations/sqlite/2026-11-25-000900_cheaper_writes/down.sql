DROP INDEX ix_residents__household;
CREATE INDEX ix_residents__household ON residents (household_id);
DROP INDEX ix_wx_identities__subject;
CREATE INDEX ix_wx_identities__subject ON wx_identities (subject_id) WHERE subject_id IS NOT NULL;

PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (state = ''waiting'' OR state = ''done'' OR state = ''gave_up'')',
  'CHECK (state IN (''waiting'', ''done'', ''gave_up''))')
  WHERE type = 'table' AND name = 'outbox_jobs';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (level = ''province'' OR level = ''district'' OR level = ''town'' OR level = ''village'' OR level = ''grid'' OR level = ''micro_grid'')',
  'CHECK (level IN (''province'', ''district'', ''town'', ''village'', ''grid'', ''micro_grid''))')
  WHERE type = 'table' AND name = 'areas';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (smartphone = ''yes'' OR smartphone = ''no'' OR smartphone = ''unknown'')',
  'CHECK (smartphone IN (''yes'', ''no'', ''unknown''))')
  WHERE type = 'table' AND name = 'households';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (relation = ''head'' OR relation = ''spouse'' OR relation = ''child'' OR relation = ''parent'' OR relation = ''other'')',
  'CHECK (relation IN (''head'', ''spouse'', ''child'', ''parent'', ''other''))')
  WHERE type = 'table' AND name = 'residents';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (subject_kind = ''staff'' OR subject_kind = ''resident'' OR subject_kind = ''machine'')',
  'CHECK (subject_kind IN (''staff'', ''resident'', ''machine''))')
  WHERE type = 'table' AND name = 'sessions';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (state = ''accept'' OR state = ''reject'' OR state = ''ban'')',
  'CHECK (state IN (''accept'', ''reject'', ''ban''))')
  WHERE type = 'table' AND name = 'wx_tickets';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (urgency = ''normal'' OR urgency = ''urgent'' OR urgency = ''critical'')',
  'CHECK (urgency IN (''normal'', ''urgent'', ''critical''))')
  WHERE type = 'table' AND name = 'cases';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (confidential = ''public'' OR confidential = ''internal'' OR confidential = ''private'' OR confidential = ''sealed'')',
  'CHECK (confidential IN (''public'', ''internal'', ''private'', ''sealed''))')
  WHERE type = 'table' AND name = 'cases';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (phase = ''reported'' OR phase = ''accepted'' OR phase = ''working'' OR phase = ''resolved'' OR phase = ''closed'')',
  'CHECK (phase IN (''reported'', ''accepted'', ''working'', ''resolved'', ''closed''))')
  WHERE type = 'table' AND name = 'cases';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (stage = ''before'' OR stage = ''during'' OR stage = ''after'' OR stage = ''paper'')',
  'CHECK (stage IN (''before'', ''during'', ''after'', ''paper''))')
  WHERE type = 'table' AND name = 'attachments';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (state = ''found'' OR state = ''graded'' OR state = ''ordered'' OR state = ''rectifying'' OR state = ''submitted'' OR state = ''fixed_on_spot'' OR state = ''cancelled'' OR state = ''not_hazard'')',
  'CHECK (state IN (''found'', ''graded'', ''ordered'', ''rectifying'', ''submitted'', ''fixed_on_spot'', ''cancelled'', ''not_hazard''))')
  WHERE type = 'table' AND name = 'hazards';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (grade = ''general'' OR grade = ''key'' OR grade = ''major'')',
  'CHECK (grade IN (''general'', ''key'', ''major''))')
  WHERE type = 'table' AND name = 'hazards';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (not_hazard_reason = ''not_found'' OR not_hazard_reason = ''harmless'' OR not_hazard_reason = ''gone'' OR not_hazard_reason = ''duplicate'' OR not_hazard_reason = ''elsewhere'')',
  'CHECK (not_hazard_reason IN (''not_found'', ''harmless'', ''gone'', ''duplicate'', ''elsewhere''))')
  WHERE type = 'table' AND name = 'hazards';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (state = ''registered'' OR state = ''accepted'' OR state = ''mediating'' OR state = ''agreed'' OR state = ''performing'' OR state = ''fulfilled'' OR state = ''failed'' OR state = ''refused'' OR state = ''withdrawn'' OR state = ''breached'' OR state = ''archived'')',
  'CHECK (state IN (''registered'', ''accepted'', ''mediating'', ''agreed'', ''performing'', ''fulfilled'', ''failed'', ''refused'', ''withdrawn'', ''breached'', ''archived''))')
  WHERE type = 'table' AND name = 'disputes';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (level = ''simple'' OR level = ''general'' OR level = ''difficult'' OR level = ''major'')',
  'CHECK (level IN (''simple'', ''general'', ''difficult'', ''major''))')
  WHERE type = 'table' AND name = 'disputes';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (mode = ''on_site'' OR mode = ''committee'' OR mode = ''joint'' OR mode = ''online'' OR mode = ''judicial'' OR mode = ''administrative'')',
  'CHECK (mode IN (''on_site'', ''committee'', ''joint'', ''online'', ''judicial'', ''administrative''))')
  WHERE type = 'table' AND name = 'disputes';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (outcome = ''written_agreement'' OR outcome = ''oral_agreement'' OR outcome = ''immediate'' OR outcome = ''failed'' OR outcome = ''refused'' OR outcome = ''withdrawn'')',
  'CHECK (outcome IN (''written_agreement'', ''oral_agreement'', ''immediate'', ''failed'', ''refused'', ''withdrawn''))')
  WHERE type = 'table' AND name = 'disputes';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (side = ''applicant'' OR side = ''respondent'' OR side = ''third'')',
  'CHECK (side IN (''applicant'', ''respondent'', ''third''))')
  WHERE type = 'table' AND name = 'dispute_parties';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (kind = ''warning'' OR kind = ''case'' OR kind = ''education'' OR kind = ''policy'' OR kind = ''emergency'')',
  'CHECK (kind IN (''warning'', ''case'', ''education'', ''policy'', ''emergency''))')
  WHERE type = 'table' AND name = 'notices';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (level = ''red'' OR level = ''orange'' OR level = ''yellow'' OR level = ''blue'')',
  'CHECK (level IN (''red'', ''orange'', ''yellow'', ''blue''))')
  WHERE type = 'table' AND name = 'notices';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (state = ''draft'' OR state = ''submitted'' OR state = ''approved'' OR state = ''published'' OR state = ''cancelled'')',
  'CHECK (state IN (''draft'', ''submitted'', ''approved'', ''published'', ''cancelled''))')
  WHERE type = 'table' AND name = 'notices';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (status = ''sent'' OR status = ''read'' OR status = ''acknowledged'')',
  'CHECK (status IN (''sent'', ''read'', ''acknowledged''))')
  WHERE type = 'table' AND name = 'household_reach';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (state = ''queued'' OR state = ''sending'' OR state = ''sent'' OR state = ''refused'' OR state = ''permanent_failure'' OR state = ''technical_failure'' OR state = ''unknown'' OR state = ''cancelled'')',
  'CHECK (state IN (''queued'', ''sending'', ''sent'', ''refused'', ''permanent_failure'', ''technical_failure'', ''unknown'', ''cancelled''))')
  WHERE type = 'table' AND name = 'deliveries';
PRAGMA writable_schema = RESET;
