//! What a grid worker writes down of households at their doors, out where there is no signal: the same bodies,
//! permission and actions as online, in the transaction that the deed's database begins. And households in numbers,
//! masked, for a phone to read out there.

use super::actions::{self, Register};
use super::store;
use super::wire::{CreateHousehold, HouseholdView, NewResident};
use crate::base::problem::{Problem, Result};
use crate::platform::access::policy::{KeepHouseholds, SeeHouseholds};
use crate::platform::access::{Granted, Household};
use crate::platform::db::DbConnection;
use crate::platform::privacy::Vault;
use crate::platform::web::{App, Deed, Done};

pub use super::model::Home;

/// 登记住户。
pub async fn create(deed: Deed) -> Result<Done> {
    let by = deed.by::<KeepHouseholds>()?;
    let home = deed.body::<CreateHousehold>()?.parse()?;
    deed.makes(home.id)?;
    let (home, new) = actions::create(register(&deed.app), by, home).await?;
    Ok(Done { new, version: home.household.version })
}

/// 添加家庭成员。
pub async fn join(deed: Deed) -> Result<Done> {
    let (by, at) = deed.step::<KeepHouseholds, Household>()?;
    let resident = deed.body::<NewResident>()?.parse()?;
    let home = actions::join(register(&deed.app), by, (at.id, at.version), resident).await?;
    Ok(Done::step(home.household.version))
}

fn register(app: &App) -> Register {
    Register { db: app.db.clone(), vault: app.vault.clone() }
}

/// The household as `see` is shown it; 404 when the id names none that they may see.
pub async fn show(app: &App, see: Granted<SeeHouseholds>, record: &str) -> Result<HouseholdView> {
    let id = record.parse().map_err(|_| Problem::not_found())?;
    Ok(actions::get(register(app), see, id).await?.into())
}

/// The households in the areas of `see` with their persons, by area and number, at most `most`; two queries for all.
pub fn read(
    c: &mut DbConnection,
    see: &Granted<SeeHouseholds>,
    vault: &Vault,
    most: i64,
) -> Result<Vec<Home>> {
    store::all(c, see.scope(), vault, most)
}
