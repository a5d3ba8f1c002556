//! The only file that names `case_search_blocks` and `case_search_pages`.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::block::Pages;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::Place;
use crate::base::problem::{Code, Problem, Result};
use crate::each;
use crate::features::timeline::TimelineEntry;
use crate::platform::db::schema::{case_search_blocks as blocks, case_search_pages as pages};
use crate::platform::db::{Cols, DbConnection, Outcome, Tx};

crate::id_kind! {
    /// A block of the index.
    Block = "block";
}

/// A place in the order of commits.
pub type Mark = (i64, Id<TimelineEntry>);

/// Before the first case.
pub const BEGINNING: Mark = (i64::MIN, Id::from_uuid(Uuid::nil()));

/// Pages of one INSERT.
const AT_ONCE: usize = 64;

/// A block as it is stored, without its pages.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = blocks)]
pub struct BlockRow {
    /// The block.
    pub id: Id<Block>,
    /// It files the cases that were opened after this entry of the timeline …
    pub after_lot: i64,
    /// … and this one of the lot,
    pub after_id: Id<TimelineEntry>,
    /// up to and with this one …
    pub until_lot: i64,
    /// … of this lot.
    pub until_id: Id<TimelineEntry>,
    /// How many cases.
    pub cases: i32,
    /// How many of its pages are of terms.
    pub term_pages: i32,
    newest_at: Timestamp,
    newest_id: Id<Block>,
    oldest_at: Timestamp,
    oldest_id: Id<Block>,
}

impl BlockRow {
    /// A new block for the stretch of the timeline between the two marks.
    pub fn new(after: Mark, until: Mark, pages: &Pages) -> Result<Self> {
        let nowhere = Place { at: Timestamp::from_millis(0), id: Uuid::nil() };
        let (newest, oldest) = (pages.places.first(), pages.places.last());
        let (newest, oldest) = (newest.copied().unwrap_or(nowhere), oldest.copied().unwrap_or(nowhere));
        Ok(Self {
            id: Id::new(),
            after_lot: after.0,
            after_id: after.1,
            until_lot: until.0,
            until_id: until.1,
            cases: i32::try_from(pages.places.len()).map_err(Problem::internal)?,
            term_pages: i32::try_from(pages.terms).map_err(Problem::internal)?,
            newest_at: newest.at,
            newest_id: Id::from_uuid(newest.id),
            oldest_at: oldest.at,
            oldest_id: Id::from_uuid(oldest.id),
        })
    }

    /// Where it begins, itself not in it.
    pub fn after(&self) -> Mark {
        (self.after_lot, self.after_id)
    }

    /// Where it ends.
    pub fn until(&self) -> Mark {
        (self.until_lot, self.until_id)
    }

    /// Its newest case.
    pub fn newest(&self) -> Place {
        Place { at: self.newest_at, id: self.newest_id.uuid() }
    }

    /// Its oldest case.
    pub fn oldest(&self) -> Place {
        Place { at: self.oldest_at, id: self.oldest_id.uuid() }
    }
}

/// All blocks, in the order of the timeline: one for each four thousand cases, and some small ones.
pub fn all(c: &mut DbConnection) -> Result<Vec<BlockRow>> {
    let all = blocks::table.order((blocks::after_lot, blocks::after_id));
    Ok(all.select(BlockRow::cols()).load(c)?)
}

/// Up to where the timeline has been filed.
pub fn filed_until(c: &mut DbConnection) -> Result<Mark> {
    let last = blocks::table.order((blocks::until_lot.desc(), blocks::until_id.desc()));
    let until = last.select((blocks::until_lot, blocks::until_id)).first(c).or_none()?;
    Ok(until.unwrap_or(BEGINNING))
}

/// Those of the pages that there are, with their numbers.
pub fn pages_of(c: &mut DbConnection, block: Id<Block>, numbers: &[i32]) -> Result<Vec<(i32, Vec<u8>)>> {
    let some = pages::table.filter(pages::block_id.eq(block)).filter(pages::page.eq_any(numbers));
    Ok(some.select((pages::page, pages::content)).load(c)?)
}

/// Writes a block in the place of those that it files anew, or at the end of them all.
///
/// `already_exists` when another node has filed these cases meanwhile, or the index was emptied: then what was built is
/// of no use, and whoever built it looks again.
pub fn write(tx: &mut Tx, row: &BlockRow, content: &Pages, replaced: &[Id<Block>]) -> Result<()> {
    if replaced.is_empty() {
        follow_on(tx, row.after())?;
    } else {
        let gone = diesel::delete(blocks::table.filter(blocks::id.eq_any(replaced))).execute(&mut **tx)?;
        if gone != replaced.len() {
            return Err(overtaken());
        }
        diesel::delete(pages::table.filter(pages::block_id.eq_any(replaced))).execute(&mut **tx)?;
    }
    let c: &mut DbConnection = tx;
    each!(c, c => diesel::insert_into(blocks::table).values(row).execute(c))
        .on_unique("uq_case_search_blocks__after_lot__after_id", overtaken)?;
    let numbered: Vec<_> = (0_i32..).zip(&content.pages).collect();
    for some in numbered.chunks(AT_ONCE) {
        let rows = some.iter().map(|(number, page)| {
            (pages::block_id.eq(row.id), pages::page.eq(number), pages::content.eq(page.as_slice()))
        });
        let rows: Vec<_> = rows.collect();
        each!(&mut *c, c => diesel::insert_into(pages::table).values(rows).execute(c))?;
    }
    Ok(())
}

/// Holds the block that ends at `mark` until the transaction ends, so that a new one follows on it without a gap.
fn follow_on(tx: &mut Tx, mark: Mark) -> Result<()> {
    if mark == BEGINNING {
        return Ok(());
    }
    let last = blocks::table.filter(blocks::until_lot.eq(mark.0)).filter(blocks::until_id.eq(mark.1));
    let held = diesel::update(last).set(blocks::cases.eq(blocks::cases)).execute(&mut **tx)?;
    if held == 1 { Ok(()) } else { Err(overtaken()) }
}

fn overtaken() -> Problem {
    Problem::because(Code::AlreadyExists, "检索目录已由另一节点更新")
}

/// Empties the index. On PostgreSQL not by DELETE, which would leave a block that is being written at this moment, and
/// with it a gap before it.
pub fn clear(tx: &mut Tx) -> Result<()> {
    let c: &mut DbConnection = tx;
    let empty = if c.is_postgres() {
        "TRUNCATE case_search_pages, case_search_blocks"
    } else {
        "DELETE FROM case_search_pages; DELETE FROM case_search_blocks"
    };
    Ok(c.batch_execute(empty)?)
}
