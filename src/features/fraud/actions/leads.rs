//! What people do with a lead.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::resent;
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::check::same_version;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::{Page, PageRequest};
use crate::base::problem::{Code, Problem, Result};
use crate::features::fraud::model::{
    DismissReason, FraudLead, LeadContent, LeadRow, LeadStep, NewLead, Verdict,
};
use crate::features::fraud::sight::Sight;
use crate::features::fraud::store::leads::{self as store, LeadFilter};
use crate::features::fraud::{counts, words};
use crate::features::{areas, attachments, messages};
use crate::platform::access::policy::{AnswerLeads, HandleLeads, ReportLead, SeeLeads};
use crate::platform::access::{ActorKind, AreaInScope, Granted, Permission};
use crate::platform::audit;
use crate::platform::db::{Db, DbConnection, Tx};
use crate::platform::privacy::Vault;
use crate::platform::web::At;

/// How far back the same suspect is counted.
const RECENT: TimeDelta = TimeDelta::days(30);

/// A lead, and for those who oversee its area how often its suspect was reported in its town lately.
#[derive(Debug, Clone)]
pub struct Counted {
    /// The lead.
    pub row: LeadRow,
    /// How often, this lead included; none for whoever sees only their own.
    pub same_suspect: Option<i64>,
}

/// Takes a lead down; whether it is new. A resend answers the same record; 409 `id_reused` when the id is another's.
pub async fn report(
    db: &Db,
    vault: Arc<Vault>,
    (by, sees): (Granted<ReportLead>, Granted<SeeLeads>),
    new: NewLead,
) -> Result<(bool, Counted)> {
    let sight = Sight::of(&sees);
    db.write(move |tx| {
        if let Some(known) = store::of_same_id(tx, new.id)? {
            let same = known.content_hash == new.content_hash;
            resent(&by, known.reporter_id.uuid(), &known.area_code, same)?;
            return Ok((false, counted(tx, &sight, known)?));
        }
        let area = area_of(tx, &by, new.area.as_ref())?;
        let row = LeadRow::reported(area.code(), by.actor(), &new, &vault, tx.now())?;
        store::insert(tx, &area, &row)?;
        let shots = &new.screenshots;
        attachments::claim_papers_of_record(tx, by.actor(), shots, &area, row.id.uuid(), "screenshots")?;
        counts::count_lead(tx, &row)?;
        let details =
            json!({ "fraud_type": row.fraud_type, "suspect": row.suspect_kind, "screenshots": shots.len() });
        note(tx, &by, "lead.report", &row, details)?;
        Ok((true, counted(tx, &sight, row)?))
    })
    .await
}

/// Where a lead lies: a resident's own home; of staff the grid, or the village when the grid is not known.
fn area_of(tx: &mut Tx, by: &Granted<ReportLead>, named: Option<&AreaCode>) -> Result<AreaInScope> {
    let actor = by.actor();
    if actor.kind() == ActorKind::Resident {
        if actor.household().is_none() {
            return Err(Problem::because(Code::Forbidden, "您还没有绑定到住户"));
        }
        if named.is_some_and(|named| named != actor.home()) {
            return Err(Problem::field("area_code", "居民上报的线索记在本户所在网格,不用填写"));
        }
        return areas::require_for(tx, by.scope(), actor.home(), "area_code");
    }
    let named = named.ok_or_else(|| Problem::field("area_code", "请选择网格,不清楚时选择村(社区)"))?;
    if named.level() < AreaLevel::Village {
        return Err(Problem::field("area_code", "请选择网格,不清楚时选择村(社区)"));
    }
    areas::require_for(tx, by.scope(), named, "area_code")
}

/// A page of leads, newest first; 404 when `area` is given and outside of the caller's areas, or when there is no lead
/// `same_as` for them.
pub async fn list(
    db: &Db,
    by: Granted<SeeLeads>,
    (area, same_as): (Option<AreaCode>, Option<Id<FraudLead>>),
    filter: LeadFilter,
    page: PageRequest,
) -> Result<Page<Counted>> {
    let (sight, now) = (Sight::of(&by).asked(area.as_ref())?, db.clock().now());
    db.read_lagging(move |c| {
        let mut filter = filter.clone();
        if let Some(id) = same_as {
            let like = store::find(c, &sight, id)?;
            filter.suspect = Some(like.suspect_index);
        }
        let rows = store::list(c, &sight, &filter, &page)?;
        let page = page.page(rows, LeadRow::place);
        let items = count_each(c, &sight, page.items, now)?;
        Ok(Page { items, next: page.next })
    })
    .await
}

/// The lead; 404 when the caller does not find it.
pub async fn get(db: &Db, by: Granted<SeeLeads>, id: Id<FraudLead>) -> Result<Counted> {
    let (sight, now) = (Sight::of(&by), db.clock().now());
    db.read(move |c| {
        let row = store::find(c, &sight, id)?;
        count_each(c, &sight, vec![row], now)?.pop().ok_or_else(Problem::not_found)
    })
    .await
}

fn counted(tx: &mut Tx, sight: &Sight, row: LeadRow) -> Result<Counted> {
    let now = tx.now();
    count_each(tx, sight, vec![row], now)?.pop().ok_or_else(Problem::not_found)
}

/// The rows, each with how often its suspect was reported where the caller oversees; one statement for all.
fn count_each(
    c: &mut DbConnection,
    sight: &Sight,
    rows: Vec<LeadRow>,
    now: Timestamp,
) -> Result<Vec<Counted>> {
    let overseen: Vec<&LeadRow> = rows.iter().filter(|row| sight.oversees(&row.area_code)).collect();
    let found = store::reported_since(c, &sight.scope, &overseen, now.plus(-RECENT))?;
    let found: HashMap<_, _> = found.into_iter().map(|(town, suspect, n)| ((town, suspect), n)).collect();
    let count = |row: LeadRow| {
        let times = || found.get(&(row.town_code.clone(), row.suspect_index.clone())).copied().unwrap_or(0);
        let same_suspect = sight.oversees(&row.area_code).then(times);
        Counted { row, same_suspect }
    };
    Ok(rows.into_iter().map(count).collect())
}

/// Writes a lead anew that has not gone to the police yet.
pub async fn correct(
    db: &Db,
    vault: Arc<Vault>,
    by: (Granted<HandleLeads>, Granted<SeeLeads>),
    at: At<FraudLead>,
    content: LeadContent,
) -> Result<Counted> {
    step(db, by, at, LeadStep::Correct, move |tx, row| {
        let was = row.fraud_type;
        *row = row.clone().saying(&content, &vault)?;
        counts::recount_lead(tx, was, row)
    })
    .await
}

/// Hands a lead to the police; what it says does not change any more.
pub async fn forward(
    db: &Db,
    by: (Granted<HandleLeads>, Granted<SeeLeads>),
    at: At<FraudLead>,
    (station, police_ref): (String, Option<String>),
) -> Result<Counted> {
    step(db, by, at, LeadStep::Forward, move |tx, row| {
        row.station = Some(station.clone());
        row.police_ref.clone_from(&police_ref);
        row.forwarded_at = Some(tx.now());
        Ok(())
    })
    .await
}

/// What the police found.
#[derive(Debug, Clone)]
pub struct Answer {
    /// In a word.
    pub verdict: Verdict,
    /// Whether the number, link, app or account was blocked.
    pub blocked: bool,
    /// For the reporter.
    pub reply: String,
    /// The number under which the police keep it.
    pub police_ref: Option<String>,
}

/// Writes down what the police found; once more only when they had asked for more.
pub async fn answer(
    db: &Db,
    by: (Granted<AnswerLeads>, Granted<SeeLeads>),
    at: At<FraudLead>,
    answer: Answer,
) -> Result<Counted> {
    step(db, by, at, LeadStep::Answer, move |_, row| {
        row.verdict = Some(answer.verdict);
        row.blocked = Some(answer.blocked);
        row.reply = Some(answer.reply.clone());
        row.police_ref = answer.police_ref.clone().or(row.police_ref.take());
        Ok(())
    })
    .await
}

/// Finds that a lead does not go to the police, for a coded reason and in words for the reporter.
pub async fn dismiss(
    db: &Db,
    by: (Granted<HandleLeads>, Granted<SeeLeads>),
    at: At<FraudLead>,
    (reason, reply): (DismissReason, String),
) -> Result<Counted> {
    step(db, by, at, LeadStep::Dismiss, move |_, row| {
        row.dismiss_reason = Some(reason);
        row.reply = Some(reply.clone());
        Ok(())
    })
    .await
}

/// What all steps have in common: find in scope, check version, state and guard, change, write, tell the reporter.
async fn step<P: Permission>(
    db: &Db,
    (by, sees): (Granted<P>, Granted<SeeLeads>),
    at: At<FraudLead>,
    step: LeadStep,
    change: impl Fn(&mut Tx, &mut LeadRow) -> Result<()> + Send + 'static,
) -> Result<Counted> {
    let sight = Sight::of(&sees);
    db.write(move |tx| {
        let mut row = store::find(tx, &sight, at.id)?;
        if !by.scope().holds(&row.area_code) {
            return Err(Problem::not_found());
        }
        same_version(row.version, at.version)?;
        let to = row.state.after(step)?;
        if let Some(why) = row.bar(step) {
            return Err(Problem::because(Code::GuardRefused, why));
        }
        change(tx, &mut row)?;
        row.state = to;
        row.handled_by = Some(Id::from_uuid(by.actor().id()));
        row.handled_at = Some(tx.now());
        let row = store::update(tx, by.scope(), row)?;
        let details = json!({ "step": step, "version": row.version, "verdict": row.verdict, "reason": row.dismiss_reason });
        note(tx, &by, "lead.step", &row, details)?;
        // Nobody is told what they did themselves.
        let own = row.reporter_id.uuid() == by.actor().id();
        if let Some(news) = words::news(&row).filter(|_| !own) {
            messages::tell(tx, &news)?;
        }
        counted(tx, &sight, row)
    })
    .await
}

fn note<P: Permission>(
    tx: &mut Tx,
    by: &Granted<P>,
    action: &'static str,
    row: &LeadRow,
    details: Value,
) -> Result<()> {
    audit::record(tx, by.actor(), action, ("lead", row.id.to_string()), &row.area_code, details)
}
