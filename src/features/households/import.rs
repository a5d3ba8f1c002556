//! Takes a town's household ledger over, all of it or nothing.

use std::sync::Arc;

use serde_json::json;

use super::actions::Register;
use super::ledger::{self, Ledger};
use super::plan::{Plan, areas_of, plan, towns_of};
use super::store::{self, lookup};
use crate::base::clock::Timestamp;
use crate::base::problem::{Problem, Result};
use crate::features::areas;
use crate::platform::access::policy::ImportHouseholds;
use crate::platform::access::{AreaScope, Granted};
use crate::platform::audit;
use crate::platform::db::DbConnection;
use crate::platform::privacy::Vault;
use crate::platform::sheet::in_order;

/// Makes the households and persons that are missing and corrects those that are there, in one transaction. Writes
/// nothing when the ledger has a fault or `dry_run` asks only what would happen; the same ledger again changes nothing.
pub async fn import(
    at: Register,
    by: Granted<ImportHouseholds>,
    bytes: Vec<u8>,
    dry_run: bool,
) -> Result<Plan> {
    let today = at.db.clock().now().local_date();
    let read = tokio::task::spawn_blocking(move || ledger::read(&bytes, today)).await;
    let ledger = Arc::new(read.map_err(Problem::internal)??);
    if dry_run || !ledger.errors.is_empty() {
        let now = at.db.clock().now();
        return at.db.read(move |c| planned(c, by.scope(), &ledger, &at.vault, now)).await;
    }
    at.db
        .write(move |tx| {
            let now = tx.now();
            areas::hold_each(tx, by.scope(), &areas_of(&ledger))?;
            let plan = planned(tx, by.scope(), &ledger, &at.vault, now)?;
            if !plan.errors.is_empty() || plan.is_idle() {
                return Ok(plan);
            }
            store::put(tx, by.scope(), &plan.homes, &plan.persons)?;
            let details = json!({ "households": plan.household_tally, "residents": plan.resident_tally });
            let towns = towns_of(&ledger);
            for town in &towns {
                let object = ("ledger", town.to_string());
                audit::record(tx, by.actor(), "household.import", object, town, details.clone())?;
            }
            Ok(plan)
        })
        .await
}

fn planned(
    c: &mut DbConnection,
    scope: &AreaScope,
    ledger: &Ledger,
    vault: &Vault,
    now: Timestamp,
) -> Result<Plan> {
    let areas = areas::require_each(c, scope, &areas_of(ledger))?;
    let known = store::known(c, scope, &towns_of(ledger))?;
    let mut plan = plan(ledger, &areas, &known, vault, now)?;
    plan.refuse_holders(lookup::holders(c, &plan.citizens())?);
    plan.errors = in_order(plan.errors);
    Ok(plan)
}
