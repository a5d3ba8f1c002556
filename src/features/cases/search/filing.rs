//! Files cases in the background: a task of the timetable, and `wangge search rebuild`.
//!
//! What is filed is a stretch of the timeline, in the order of commits (decision 0005), so that no case is passed over
//! whatever node opened it and whenever it committed. Nothing waits for it: cases that no block holds yet are looked
//! through one by one. Small blocks become larger ones, and a larger one is built from the cases as they are then.
//!
//! Twice is harmless: a block is written only where its predecessor ends, by one of those who try.

use std::collections::BTreeMap;
use std::ops::Range;

use super::block::{self, Builder, Pages};
use super::store::{self, BlockRow, Mark};
use super::terms;
use crate::base::id::Id;
use crate::base::page::Place;
use crate::base::problem::{Code, Problem, Result};
use crate::features::cases::model::Case;
use crate::features::cases::store::sought;
use crate::features::timeline;
use crate::platform::access::policy::SeeCases;
use crate::platform::access::{AreaScope, system};
use crate::platform::db::{Db, DbConnection};

/// Cases that are read at once.
const AT_ONCE: usize = 200;

/// When a block is made, and how large.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// So many cases that are not filed make a block.
    pub cases: usize,
    /// So many steps, whatever they are, make a block of the cases among them: a search reads past them all.
    pub steps: usize,
    /// The most cases of a block, and the most steps that are read for one.
    pub full: usize,
    /// So many neighbours that are at most half full become one.
    pub neighbours: usize,
}

impl Default for Sizes {
    fn default() -> Self {
        Self { cases: 256, steps: 1024, full: 4096, neighbours: 16 }
    }
}

/// Files what is due, until nothing is; tells `so_far` how many cases that were. Another node may do the same.
pub async fn keep_up(db: &Db, sizes: Sizes, so_far: impl Fn(u64)) -> Result<u64> {
    let mut filed = 0;
    loop {
        match file_next(db, sizes).await {
            Ok(Some(cases)) => {
                filed += cases as u64;
                so_far(filed);
            }
            Ok(None) => break,
            Err(problem) if problem.code() == Code::AlreadyExists => break,
            Err(problem) => return Err(problem),
        }
    }
    while join_next(db, sizes).await? {}
    Ok(filed)
}

/// Files everything anew. Searches are refused until it is done when more than some thousand cases are left.
pub async fn rebuild(db: &Db, sizes: Sizes, so_far: impl Fn(u64)) -> Result<u64> {
    db.write(store::clear).await?;
    keep_up(db, sizes, so_far).await
}

/// Files the next stretch; answers how many cases that were, or none when too little has happened.
async fn file_next(db: &Db, sizes: Sizes) -> Result<Option<usize>> {
    let read = db.read(move |c| {
        let by = system::<SeeCases>("cases are filed for those who will search them");
        let after = store::filed_until(c)?;
        let passed = timeline::passed(c, by.scope(), after, sizes.full as i64)?;
        let opened: Vec<Id<Case>> =
            passed.iter().filter(|step| step.opens).map(|step| step.case_id.same_as()).collect();
        let due = passed.len() >= sizes.steps || opened.len() >= sizes.cases;
        let Some(last) = passed.last().filter(|_| due) else { return Ok(None) };
        let until: Mark = (last.lot, last.id);
        Ok(Some((after, until, build(c, by.scope(), &opened)?)))
    });
    let Some((after, until, pages)) = read.await? else { return Ok(None) };
    let (cases, row) = (pages.places.len(), BlockRow::new(after, until, &pages)?);
    db.write(move |tx| store::write(tx, &row, &pages, &[])).await?;
    Ok(Some(cases))
}

/// Makes one block of some neighbours, when there are enough; whether there were.
async fn join_next(db: &Db, sizes: Sizes) -> Result<bool> {
    let read = db.read(move |c| {
        let by = system::<SeeCases>("blocks of filed cases are joined");
        let all = store::all(c)?;
        let cases: Vec<usize> = all.iter().map(|block| block.cases.unsigned_abs() as usize).collect();
        let Some(range) = to_join(&cases, sizes) else { return Ok(None) };
        let some = all.get(range).unwrap_or_default();
        let (Some(first), Some(last)) = (some.first(), some.last()) else { return Ok(None) };
        let mut ids = Vec::new();
        for block in some {
            ids.extend(cases_of(c, block)?.iter().map(|place| Id::from_uuid(place.id)));
        }
        let replaced: Vec<_> = some.iter().map(|block| block.id).collect();
        Ok(Some((first.after(), last.until(), replaced, build(c, by.scope(), &ids)?)))
    });
    let Some((after, until, replaced, pages)) = read.await? else { return Ok(false) };
    let row = BlockRow::new(after, until, &pages)?;
    match db.write(move |tx| store::write(tx, &row, &pages, &replaced)).await {
        Ok(()) => Ok(true),
        Err(problem) if problem.code() == Code::AlreadyExists => Ok(false),
        Err(problem) => Err(problem),
    }
}

/// The blocks that become one, by how many cases each has: of enough neighbours that are at most half full, as many as
/// fit.
fn to_join(cases: &[usize], sizes: Sizes) -> Option<Range<usize>> {
    let mut start = 0;
    for run in cases.chunk_by(|a, b| a.max(b) * 2 <= sizes.full) {
        if run.len() >= sizes.neighbours.max(2) {
            let mut sum = 0;
            let fit = run.iter().take_while(|cases| {
                sum += *cases;
                sum <= sizes.full
            });
            return Some(start..start + fit.count());
        }
        start += run.len();
    }
    None
}

/// The places of a block's cases, the newest first.
fn cases_of(c: &mut DbConnection, row: &BlockRow) -> Result<Vec<Place>> {
    let cases = row.cases.unsigned_abs() as usize;
    let pages = cases.checked_sub(1).map_or(0, |last| block::case_page_of(last).0 + 1);
    let numbers: Vec<i32> = (row.term_pages..).take(pages).collect();
    let pages: BTreeMap<i32, Vec<u8>> = store::pages_of(c, row.id, &numbers)?.into_iter().collect();
    (0..cases)
        .map(|number| {
            let (page, nth) = block::case_page_of(number);
            let page = i32::try_from(page).ok().and_then(|page| pages.get(&(row.term_pages + page)));
            block::place_on(page.map(Vec::as_slice).unwrap_or_default(), nth)
        })
        .collect()
}

/// The block of these cases, as they are now.
fn build(c: &mut DbConnection, everywhere: &AreaScope, ids: &[Id<Case>]) -> Result<Pages> {
    let mut cases = Vec::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        cases.extend(sought::to_file(c, everywhere, some)?);
    }
    if cases.len() > block::MOST {
        return Err(Problem::internal("a block of more cases than it can number"));
    }
    cases.sort_by_key(|case| std::cmp::Reverse(case.place()));
    cases.dedup_by_key(|case| case.id);
    let mut builder = Builder::default();
    for case in &cases {
        let number = builder.add(case.place())?;
        terms::of_case(case, |term| builder.file(term, number));
    }
    builder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: Sizes = Sizes { cases: 4, steps: 16, full: 64, neighbours: 4 };

    #[test]
    fn enough_small_neighbours_become_one_and_no_more_than_fit() {
        let join = |cases: &[usize]| to_join(cases, SIZES);
        assert_eq!(join(&[4, 4, 4]), None);
        assert_eq!(join(&[4, 4, 4, 4]), Some(0..4));
        assert_eq!(join(&[64, 64, 4, 0, 4, 16]), Some(2..6));
        assert_eq!(join(&[4, 4, 40, 4, 4]), None, "a full one stands between them");
        assert_eq!(join(&[64, 30, 30, 30, 30]), Some(1..3), "as many as fit");
        assert_eq!(join(&[]), None);
    }

    #[test]
    fn a_town_of_any_size_has_few_blocks_and_files_each_case_few_times() {
        let (mut blocks, mut written) = (Vec::new(), 0);
        for cases in [4].repeat(10_000) {
            blocks.push(cases);
            written += cases;
            while let Some(range) = to_join(&blocks, SIZES) {
                let joined: usize = blocks[range.clone()].iter().sum();
                written += joined;
                blocks.splice(range, [joined]);
            }
        }
        assert!(blocks.len() < 40_000 / 32 + SIZES.neighbours, "{}", blocks.len());
        assert!(written < 40_000 * 8, "{written}");
    }
}
