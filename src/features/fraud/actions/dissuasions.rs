//! What people do with the ledger of dissuasions.

use std::sync::Arc;

use serde_json::{Value, json};

use super::resent;
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::check::same_version;
use crate::base::id::Id;
use crate::base::page::{Page, PageRequest};
use crate::base::problem::{Code, Problem, Result};
use crate::features::fraud::counts;
use crate::features::fraud::model::{
    Dissuaded, Dissuasion, DissuasionRow, MOST_CORRECTIONS, NewDissuasion, OlderVersion,
};
use crate::features::fraud::sight::Sight;
use crate::features::fraud::store::dissuasions::{self as store, DissuasionFilter};
use crate::features::{areas, households, staff};
use crate::platform::access::policy::{KeepDissuasions, SeeDissuasions};
use crate::platform::access::{AreaInScope, Granted, Household, Permission};
use crate::platform::audit;
use crate::platform::db::{Db, Tx};
use crate::platform::privacy::Vault;
use crate::platform::web::At;

/// Writes a dissuasion down; whether it is new. A resend answers the same entry; 409 `id_reused` when the id is
/// another's.
pub async fn record(
    db: &Db,
    vault: Arc<Vault>,
    by: Granted<KeepDissuasions>,
    new: NewDissuasion,
) -> Result<(bool, DissuasionRow)> {
    db.write(move |tx| {
        if let Some(known) = store::of_same_id(tx, new.id)? {
            let same = known.content_hash == new.content_hash;
            resent(&by, known.recorded_by.uuid(), &known.area_code, same)?;
            return Ok((false, known));
        }
        if new.area.level() < AreaLevel::Village {
            return Err(Problem::field("area_code", "请选择网格,不清楚时选择村(社区)"));
        }
        let area = areas::require_for(tx, by.scope(), &new.area, "area_code")?;
        let household = check(tx, &by, &area, &new)?;
        let me = Id::from_uuid(by.actor().id());
        let row = DissuasionRow::recorded(area.code(), me, &new, household, &vault, tx.now())?;
        store::insert(tx, &area, &row)?;
        counts::count_dissuasion(tx, &row, 1)?;
        let details = json!({
            "fraud_type": row.fraud_type, "result": row.result, "at_risk_fen": row.at_risk_fen, "saved_fen": row.saved_fen,
        });
        note(tx, &by, "dissuasion.record", &row, details)?;
        Ok((true, row))
    })
    .await
}

/// Refuses who has no post there and who does not live in the caller's areas; answers the household of whoever lives
/// in one.
fn check(
    tx: &mut Tx,
    by: &Granted<KeepDissuasions>,
    area: &AreaInScope,
    new: &NewDissuasion,
) -> Result<Option<Id<Household>>> {
    let who = new.facts.dissuaded_by;
    let now = tx.now();
    if who.uuid() != by.actor().id()
        && staff::in_post(tx, area, &[who], KeepDissuasions::ROLES, now)?.is_empty()
    {
        return Err(Problem::field("dissuaded_by", format!("{who} 没有在本地劝阻的岗位")));
    }
    let Dissuaded::Resident(resident) = &new.words.person else { return Ok(None) };
    let lives = households::find_resident(tx, *resident)?.filter(|lives| by.scope().holds(&lives.area));
    let absent = || Problem::field("resident_id", format!("{resident} 不在住户台账中,或不在辖区内"));
    lives.map(|lives| Some(lives.household)).ok_or_else(absent)
}

/// A page of the ledger, by when it happened, the latest first; 404 when `area` is given and outside of the caller's
/// areas.
pub async fn list(
    db: &Db,
    by: Granted<SeeDissuasions>,
    area: Option<AreaCode>,
    filter: DissuasionFilter,
    page: PageRequest,
) -> Result<Page<DissuasionRow>> {
    let sight = Sight::of(&by).asked(area.as_ref())?;
    db.read_lagging(move |c| {
        let rows = store::list(c, &sight, &filter, &page)?;
        Ok(page.page(rows, DissuasionRow::place))
    })
    .await
}

/// The entry; 404 when the caller does not find it.
pub async fn get(db: &Db, by: Granted<SeeDissuasions>, id: Id<Dissuasion>) -> Result<DissuasionRow> {
    let sight = Sight::of(&by);
    db.read(move |c| store::find(c, &sight, id)).await
}

/// What the entry said before, the latest first; 404 when the caller does not find it.
pub async fn older(db: &Db, by: Granted<SeeDissuasions>, id: Id<Dissuasion>) -> Result<Vec<OlderVersion>> {
    let sight = Sight::of(&by);
    db.read(move |c| {
        store::find(c, &sight, id)?;
        store::older(c, &sight.scope, id)
    })
    .await
}

/// Puts what is right in the place of what an entry says, for a reason; what it said before stays.
pub async fn correct(
    db: &Db,
    vault: Arc<Vault>,
    (by, sees): (Granted<KeepDissuasions>, Granted<SeeDissuasions>),
    at: At<Dissuasion>,
    (new, reason): (NewDissuasion, String),
) -> Result<DissuasionRow> {
    let sight = Sight::of(&sees);
    db.write(move |tx| {
        let row = store::find(tx, &sight, at.id)?;
        let area = areas::of_record(by.scope(), &row.area_code)?;
        same_version(row.version, at.version)?;
        if new.area != row.area_code {
            return Err(Problem::field("area_code", "更正时不能改变区域"));
        }
        if row.version > MOST_CORRECTIONS {
            let why = format!("已更正 {MOST_CORRECTIONS} 次,不能再更正");
            return Err(Problem::because(Code::GuardRefused, why));
        }
        let household = check(tx, &by, &area, &new)?;
        let older = OlderVersion::of(&row, &reason, Id::from_uuid(by.actor().id()), tx.now())?;
        counts::count_dissuasion(tx, &row, -1)?;
        let row = store::correct(tx, by.scope(), &older, row.corrected(&new, household, &vault)?)?;
        counts::count_dissuasion(tx, &row, 1)?;
        let details = json!({
            "version": row.version, "result": row.result, "at_risk_fen": row.at_risk_fen, "saved_fen": row.saved_fen,
        });
        note(tx, &by, "dissuasion.correct", &row, details)?;
        Ok(row)
    })
    .await
}

fn note<P: Permission>(
    tx: &mut Tx,
    by: &Granted<P>,
    action: &'static str,
    row: &DissuasionRow,
    details: Value,
) -> Result<()> {
    audit::record(tx, by.actor(), action, ("dissuasion", row.id.to_string()), &row.area_code, details)
}
