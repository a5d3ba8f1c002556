//! The phones that sync.

use diesel::prelude::*;

use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::each;
use crate::features::sync::model::{Account, Device, DeviceRow};
use crate::platform::access::AreaScope;
use crate::platform::db::schema::sync_devices::dsl;
use crate::platform::db::{Cols, Condition, DbConnection, MultiBackend, Tx};

/// Phones that are remembered of one account; the one that was silent longest is forgotten for a new one.
const MOST: i64 = 20;
/// Phones of one list.
const LISTED: i64 = 200;

/// Writes down that a phone has pushed, and how far its clock is off.
pub fn note(tx: &mut Tx, device: &DeviceRow) -> Result<()> {
    each!(*tx, c => diesel::insert_into(dsl::sync_devices)
        .values(device)
        .on_conflict((dsl::account_id, dsl::device_id))
        .do_update()
        .set((
            dsl::area_code.eq(&device.area_code),
            dsl::clock_skew_ms.eq(device.clock_skew_ms),
            dsl::last_push_at.eq(device.last_push_at),
        ))
        .execute(c))?;
    let silent = dsl::sync_devices
        .filter(dsl::account_id.eq(device.account_id))
        .order((dsl::last_push_at.desc(), dsl::device_id))
        .offset(MOST)
        .limit(LISTED)
        .select(dsl::device_id)
        .load::<Id<Device>>(&mut **tx)?;
    if !silent.is_empty() {
        let theirs = dsl::account_id.eq(device.account_id).and(dsl::device_id.eq_any(silent));
        diesel::delete(dsl::sync_devices.filter(theirs)).execute(&mut **tx)?;
    }
    Ok(())
}

/// One's own phones, and those of the areas that one leads; who pushed last first, at most 200.
pub fn list(c: &mut DbConnection, own: Id<Account>, led: Option<&AreaScope>) -> Result<Vec<DeviceRow>> {
    let mine = dsl::account_id.eq(own);
    let shown: Condition<dsl::sync_devices> = match led {
        Some(scope) => Box::new(scope.inside(dsl::area_code).or(mine)),
        None => Box::new(mine),
    };
    let listed = dsl::sync_devices
        .filter(shown)
        .order((dsl::last_push_at.desc(), dsl::device_id))
        .limit(LISTED)
        .select(DeviceRow::cols())
        .into_boxed::<MultiBackend>();
    Ok(listed.load(c)?)
}

/// Forgets phones that were silent since before `until`; answers how many.
pub fn forget(tx: &mut Tx, until: Timestamp) -> Result<usize> {
    Ok(diesel::delete(dsl::sync_devices.filter(dsl::last_push_at.lt(until))).execute(&mut **tx)?)
}
