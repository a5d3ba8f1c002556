//! Keeping the outlets.

use std::sync::Arc;

use serde_json::json;

use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::check::same_version;
use crate::base::id::Id;
use crate::base::page::{Page, PageRequest, Place};
use crate::base::problem::{Code, Problem, Result};
use crate::features::areas;
use crate::features::outlets::model::{Outlet, OutletChange, OutletKind, OutletRow, Target};
use crate::features::outlets::store::{self, Filter};
use crate::platform::access::Granted;
use crate::platform::access::policy::{KeepOutlets, SeeOutlets};
use crate::platform::audit;
use crate::platform::db::{Db, Tx};
use crate::platform::privacy::{Field, Vault};
use crate::platform::web::At;

/// An outlet to write down.
#[derive(Debug, Clone)]
pub struct NewOutlet {
    /// Made by the client, so that a resend is the same outlet.
    pub id: Id<Outlet>,
    /// Whom it is for.
    pub area: AreaCode,
    /// What it is.
    pub kind: OutletKind,
    /// What it is called.
    pub name: String,
    /// Where it stands.
    pub site: Option<String>,
    /// How many people it may reach.
    pub audience: Option<i32>,
    /// How a machine is told.
    pub target: Option<Target>,
    /// A keyed digest of what the client sent.
    pub content_hash: [u8; 32],
}

/// A page of outlets, newest first; 404 when `area` is given and outside of the caller's areas.
pub async fn list(
    db: &Db,
    by: Granted<SeeOutlets>,
    area: Option<AreaCode>,
    filter: Filter,
    page: PageRequest,
) -> Result<Page<OutletRow>> {
    let scope = by.scope().asked(area.as_ref())?;
    db.read_lagging(move |c| {
        let rows = store::list(c, &scope, &filter, &page)?;
        Ok(page.page(rows, |row| Place { at: row.created_at, id: row.id.uuid() }))
    })
    .await
}

/// The outlet; 404 outside of the caller's areas.
pub async fn get(db: &Db, by: Granted<SeeOutlets>, id: Id<Outlet>) -> Result<OutletRow> {
    db.read(move |c| store::find(c, by.scope(), id)).await
}

/// Writes an outlet down; whether it is new. A resend answers the same record; 409 `id_reused` when the id is another's.
pub async fn create(
    db: &Db,
    vault: Arc<Vault>,
    by: Granted<KeepOutlets>,
    new: NewOutlet,
) -> Result<(bool, OutletRow)> {
    db.write(move |tx| {
        if let Some(known) = store::of_same_id(tx, new.id)? {
            let same = known.content_hash == new.content_hash && by.scope().holds(&known.area_code);
            return if same { Ok((false, known)) } else { Err(Problem::new(Code::IdReused)) };
        }
        if new.area.level() < AreaLevel::Town {
            return Err(Problem::field("area_code", "请选择乡镇、村(社区)或网格"));
        }
        let area = areas::require_for(tx, by.scope(), &new.area, "area_code")?;
        let now = tx.now();
        let row = OutletRow {
            id: new.id,
            area_code: new.area.clone(),
            kind: new.kind,
            name: new.name.clone(),
            site: new.site.clone(),
            audience: new.audience,
            in_use: true,
            target_sealed: None,
            target_index: None,
            secret_sealed: None,
            content_hash: new.content_hash.to_vec(),
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let row = aimed(row, new.target.as_ref(), &vault)?;
        store::insert(tx, &area, &row)?;
        let details = json!({ "kind": row.kind, "target": row.target_sealed.is_some() });
        note(tx, &by, "outlet.create", &row, details)?;
        Ok((true, row))
    })
    .await
}

/// Changes an outlet at the version that the caller saw; 412 at another one.
pub async fn change(
    db: &Db,
    vault: Arc<Vault>,
    by: Granted<KeepOutlets>,
    at: At<Outlet>,
    change: OutletChange,
) -> Result<OutletRow> {
    db.write(move |tx| {
        let mut row = store::find(tx, by.scope(), at.id)?;
        same_version(row.version, at.version)?;
        row.name = change.name.clone().unwrap_or(row.name);
        row.site = change.site.clone().or(row.site);
        row.audience = change.audience.or(row.audience);
        row.in_use = change.in_use.unwrap_or(row.in_use);
        let row = aimed(row, change.target.as_ref(), &vault)?;
        let row = store::update(tx, by.scope(), row)?;
        note(tx, &by, "outlet.change", &row, json!({ "fields": change.names(), "version": row.version }))?;
        Ok(row)
    })
    .await
}

/// The same, told at another address or by another key; 422 where no machine is told.
fn aimed(mut row: OutletRow, target: Option<&Target>, vault: &Vault) -> Result<OutletRow> {
    let Some(target) = target else { return Ok(row) };
    if row.kind.machine().is_none() {
        return Err(Problem::field("target", format!("“{}”由人工展示,不需要设备地址", row.kind.label())));
    }
    row.target_sealed = Some(vault.seal(Field::Target, &target.to)?);
    row.target_index = Some(vault.index(Field::Target, &target.to));
    row.secret_sealed = target.secret.as_ref().map(|secret| vault.seal(Field::Target, secret)).transpose()?;
    Ok(row)
}

fn note(
    tx: &mut Tx,
    by: &Granted<KeepOutlets>,
    action: &'static str,
    row: &OutletRow,
    details: serde_json::Value,
) -> Result<()> {
    audit::record(tx, by.actor(), action, ("outlet", row.id.to_string()), &row.area_code, details)
}
