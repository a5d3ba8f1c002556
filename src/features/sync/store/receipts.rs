//! What became of each operation: one row, found by whose it is and its id.

use diesel::prelude::*;

use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::features::sync::model::{Account, Op, Outcome, Receipt};
use crate::platform::db::schema::sync_ops::{self, dsl};
use crate::platform::db::{Cols, DbConnection, Outcome as _, Tx};
use crate::{each, prepared};

/// Receipts that one statement deletes.
const MOST_FORGOTTEN: i64 = 5_000;

/// The receipts of these operations of one account, in no order.
pub fn of_ops(c: &mut DbConnection, account: Id<Account>, ops: &[Id<Op>]) -> Result<Vec<Receipt>> {
    let known = dsl::sync_ops.filter(dsl::account_id.eq(account).and(dsl::op_id.eq_any(ops)));
    Ok(known.select(Receipt::cols()).load(c)?)
}

/// Writes a receipt before its operation is done, in the same transaction. 409 when there is one: whoever sent the
/// same at the same moment has done it by now.
pub fn begin(tx: &mut Tx, receipt: &Receipt) -> Result<()> {
    if !of_ops(tx, receipt.account_id, &[receipt.op_id])?.is_empty() {
        return Err(Problem::new(Code::KeyReused));
    }
    let c: &mut DbConnection = tx;
    each!(c, c => prepared!(diesel::insert_into(dsl::sync_ops).values(receipt)).execute(c)).or_again()?;
    Ok(())
}

/// Writes receipts of what changed nothing; a receipt that says more stays.
pub fn remember(tx: &mut Tx, receipts: &[Receipt]) -> Result<()> {
    if receipts.is_empty() {
        return Ok(());
    }
    each!(*tx, c => diesel::insert_into(dsl::sync_ops)
        .values(receipts)
        .on_conflict((dsl::account_id, dsl::op_id))
        .do_nothing()
        .execute(c))?;
    Ok(())
}

/// Corrects what [`begin`] foretold of an operation.
pub fn correct(tx: &mut Tx, receipt: &Receipt) -> Result<()> {
    let told = (dsl::outcome.eq(receipt.outcome), dsl::version.eq(receipt.version));
    diesel::update(dsl::sync_ops.find((receipt.account_id, receipt.op_id))).set(told).execute(&mut **tx)?;
    Ok(())
}

/// A person has settled the conflict of this operation by having it done.
pub fn settle(tx: &mut Tx, account: Id<Account>, op: Id<Op>, version: i32) -> Result<()> {
    let done = (dsl::outcome.eq(Outcome::Applied), dsl::version.eq(Some(version)));
    diesel::update(dsl::sync_ops.find((account, op))).set(done).execute(&mut **tx)?;
    Ok(())
}

/// Forgets what came before `until`, at most 5,000 receipts; answers how many.
pub fn forget(tx: &mut Tx, until: Timestamp) -> Result<usize> {
    let old = dsl::sync_ops.filter(dsl::received_at.lt(until));
    let last = old.select(dsl::received_at).order(dsl::received_at).limit(MOST_FORGOTTEN);
    let Some(last) = last.load::<Timestamp>(&mut **tx)?.pop() else { return Ok(0) };
    Ok(diesel::delete(sync_ops::table.filter(dsl::received_at.le(last))).execute(&mut **tx)?)
}
