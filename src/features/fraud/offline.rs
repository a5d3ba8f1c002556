//! What a grid worker hears of where there is no signal: a suspicious number, somebody who was kept from paying. The same
//! bodies, permissions and actions as online, in the transaction that the deed's database begins.

use super::actions::{dissuasions, leads};
use super::wire::{DissuasionRecord, LeadRecord, RecordDissuasion, ReportLeadBody};
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::platform::access::Granted;
use crate::platform::access::policy::{KeepDissuasions, ReportLead, SeeDissuasions, SeeLeads};
use crate::platform::web::{App, Deed, Done};

/// 上报涉诈线索。
pub async fn report_lead(deed: Deed) -> Result<Done> {
    let by = (deed.by::<ReportLead>()?, deed.by::<SeeLeads>()?);
    let body: ReportLeadBody = deed.body()?;
    deed.makes(body.id)?;
    let new = body.parse(deed.done_at, &deed.app.vault)?;
    let (new, lead) = leads::report(&deed.app.db, deed.app.vault.clone(), by, new).await?;
    Ok(Done { new, version: lead.row.version })
}

/// 登记劝阻。
pub async fn record_dissuasion(deed: Deed) -> Result<Done> {
    let by = deed.by::<KeepDissuasions>()?;
    let body: RecordDissuasion = deed.body()?;
    deed.makes(body.id)?;
    let new = body.parse(Id::from_uuid(by.actor().id()), deed.done_at, &deed.app.vault)?;
    let (new, row) = dissuasions::record(&deed.app.db, deed.app.vault.clone(), by, new).await?;
    Ok(Done { new, version: row.version })
}

/// The lead as `see` is shown it; 404 when the id names none that they may see.
pub async fn show_lead(app: &App, see: Granted<SeeLeads>, record: &str) -> Result<LeadRecord> {
    let id = record.parse().map_err(|_| Problem::not_found())?;
    LeadRecord::of(leads::get(&app.db, see.clone(), id).await?, &see, &app.vault)
}

/// The entry of the ledger as `see` is shown it; 404 when the id names none that they may see.
pub async fn show_dissuasion(
    app: &App,
    see: Granted<SeeDissuasions>,
    record: &str,
) -> Result<DissuasionRecord> {
    let id = record.parse().map_err(|_| Problem::not_found())?;
    DissuasionRecord::of(dissuasions::get(&app.db, see, id).await?, &app.vault)
}
