//! Leases: work that one node at a time does, and that another takes over when the holder falls silent.
//!
//! A lease saves work; it does not make it safe. Clocks of nodes differ and a holder may stall past its
//! end, so whatever runs under a lease must be harmless when it runs twice. Called by
//! [`timetable`](super::timetable).

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::db::schema::leases;
use super::db::{DbConnection, Node, Tx};
use crate::base::column::{Instant, Uid};
use crate::base::id::Id;
use crate::base::problem::Result;

/// One statement, so that two who ask at once cannot both be told yes.
const HOLD: &str = "INSERT INTO leases (name, holder, held_until) VALUES ($1, $2, $3) \
                    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until \
                    WHERE leases.holder = excluded.holder OR leases.held_until <= $4";

/// Takes the lease `name` for `span`, or lengthens it when `holder` has it already. `false` while another
/// holds it.
pub fn hold(tx: &mut Tx, name: &str, holder: Id<Node>, span: TimeDelta) -> Result<bool> {
    let now = tx.now();
    let c: &mut DbConnection = tx;
    let taken = diesel::sql_query(HOLD)
        .bind::<Text, _>(name)
        .bind::<Uid, _>(holder)
        .bind::<Instant, _>(now.plus(span))
        .bind::<Instant, _>(now)
        .execute(c)?;
    Ok(taken == 1)
}

/// Ends the leases of a process that is no more.
pub fn end_holds(tx: &mut Tx, gone: Id<Node>) -> Result<()> {
    diesel::delete(leases::table.filter(leases::holder.eq(gone))).execute(&mut **tx)?;
    Ok(())
}

/// Gives the lease back, so that another need not wait for its end. Nothing happens when `holder` has
/// lost it meanwhile.
pub fn release(tx: &mut Tx, name: &str, holder: Id<Node>) -> Result<()> {
    let c: &mut DbConnection = tx;
    diesel::delete(leases::table.filter(leases::name.eq(name)).filter(leases::holder.eq(holder)))
        .execute(c)?;
    Ok(())
}
