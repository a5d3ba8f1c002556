//! One page of what somebody looks for.
//!
//! Candidates come from the newest to the oldest: first the cases that no block has filed yet, then block after block,
//! as far as the page needs. Each candidate's row is asked for in the caller's scope and with the caller's filter, and
//! its texts are compared: the index narrows down, the row decides.
//!
//! A page looks at a bounded number of rows. When they are used up it ends early and says where to go on; it may then be
//! shorter than was asked for, or empty. That takes words whose parts are everywhere and that stand nowhere.

use std::collections::BTreeMap;

use super::block;
use super::set::Set;
use super::store::{self, BlockRow};
use super::terms::Wanted;
use super::text::Words;
use crate::base::id::Id;
use crate::base::page::{PageRequest, Place};
use crate::base::problem::{Code, Problem, Result};
use crate::features::cases::store::sought::{self, Sought};
use crate::features::cases::store::{Listed, with_texts};
use crate::features::cases::wire::CaseFilter;
use crate::features::timeline;
use crate::platform::access::AreaScope;
use crate::platform::db::{DbConnection, snapshot};

/// Candidates that one page looks at, each a row read and four texts folded.
const CANDIDATES: usize = 2_000;
/// Rows that are walked through before that, where the filter asks for what changes.
const WALKED: usize = 1_000;
/// Rows of one step of the walk.
const STEP: u32 = 200;
/// The most cases that may wait to be filed while searches are answered.
const UNFILED: i64 = 4_096;

/// The cases with `words` that `scope` shows and `filter` asks for, newest first, and where the next page begins. The whole
/// number of a case finds that case alone.
pub fn find(
    c: &mut DbConnection,
    scope: &AreaScope,
    filter: &CaseFilter,
    words: &Words,
    page: &PageRequest,
) -> Result<(Vec<Listed>, Option<Place>)> {
    snapshot(c, |c| {
        // Digits are in every number, so the blocks narrow a number down badly; it has an index of its own.
        if let Some(no) = words.number()
            && let Some(row) = sought::numbered(c, scope, filter, &no)?
        {
            return Ok((vec![row], None));
        }
        let need = usize::try_from(page.fetch()).map_err(Problem::internal)?;
        let mut hunt =
            Hunt { scope, filter, words, need, found: vec![], looked_until: page.after, over: false };
        // No block knows phases and desks. Where few cases are in such a phase, walking is quick; where many are, one
        // soon meets enough of them.
        if filter.changes() {
            hunt.walk(c)?;
        }
        if hunt.goes_on() {
            hunt.look_up(c)?;
        }
        let Hunt { found, looked_until, over, .. } = hunt;
        if found.len() >= need {
            return Ok(page.cut(found, Listed::place));
        }
        Ok((found, looked_until.filter(|_| !over)))
    })
}

struct Hunt<'a> {
    scope: &'a AreaScope,
    filter: &'a CaseFilter,
    words: &'a Words,
    /// One more than the page has, to know whether there is a next.
    need: usize,
    found: Vec<Listed>,
    /// The last place that was looked at.
    looked_until: Option<Place>,
    /// Nothing comes after it.
    over: bool,
}

impl Hunt<'_> {
    fn goes_on(&self) -> bool {
        !self.over && self.found.len() < self.need
    }

    fn look_at(&mut self, row: Sought) {
        if self.words.occur_in(&row.texts()) {
            self.found.push(row.listed);
        }
    }

    /// Walks through the list itself, without the index.
    fn walk(&mut self, c: &mut DbConnection) -> Result<()> {
        for _ in 0..WALKED / STEP as usize {
            let step = PageRequest::following(self.looked_until, STEP);
            let (rows, next) =
                step.cut(with_texts(c, self.scope, self.filter, &step)?, |row| row.listed.place());
            rows.into_iter().for_each(|row| self.look_at(row));
            self.over = next.is_none();
            self.looked_until = next.or(self.looked_until);
            if !self.goes_on() {
                break;
            }
        }
        Ok(())
    }

    /// Looks up candidates in the index.
    fn look_up(&mut self, c: &mut DbConnection) -> Result<()> {
        let mut candidates = Candidates::begin(c, self)?;
        let mut left = CANDIDATES;
        while self.goes_on() && left > 0 {
            let some = candidates.next(c, self.need.max(32).min(left))?;
            let Some(last) = some.last().copied() else {
                self.over = true;
                break;
            };
            let ids: Vec<_> = some.iter().map(|place| Id::from_uuid(place.id)).collect();
            let rows = sought::among(c, self.scope, self.filter, &ids)?;
            rows.into_iter().for_each(|row| self.look_at(row));
            self.looked_until = Some(last);
            left -= some.len();
        }
        Ok(())
    }
}

/// Cases that may be what is looked for, from the newest to the oldest.
struct Candidates {
    grams: Wanted,
    asked: Wanted,
    after: Option<Place>,
    /// Known and not handed out, the newest last.
    known: Vec<Place>,
    /// Not opened yet, the newest last.
    blocks: Vec<BlockRow>,
}

impl Candidates {
    fn begin(c: &mut DbConnection, hunt: &Hunt) -> Result<Self> {
        let mut blocks = store::all(c)?;
        let filed = blocks.iter().map(BlockRow::until).max().unwrap_or(store::BEGINNING);
        let unfiled = timeline::opened_after(c, hunt.scope, filed, UNFILED + 1)?;
        if unfiled.len() as i64 > UNFILED {
            return Err(Problem::because(Code::Busy, "检索目录正在整理,请稍后重试").retry_after(2));
        }
        blocks.retain(|block| block.cases > 0);
        blocks.sort_by_key(BlockRow::newest);
        let mut begun = Self {
            grams: Wanted::grams(&hunt.words.grams()),
            asked: Wanted::asked(hunt.scope, hunt.filter),
            after: hunt.looked_until,
            known: vec![],
            blocks,
        };
        begun.learn(unfiled.into_iter().map(|(at, id)| Place { at, id: id.uuid() }));
        Ok(begun)
    }

    fn learn(&mut self, places: impl Iterator<Item = Place>) {
        let after = self.after;
        self.known.extend(places.filter(|place| after.is_none_or(|after| *place < after)));
        self.known.sort_unstable();
        self.known.dedup();
    }

    /// The next `most` candidates, fewer only at the end.
    fn next(&mut self, c: &mut DbConnection, most: usize) -> Result<Vec<Place>> {
        let mut some = Vec::with_capacity(most);
        while some.len() < most {
            // What a block may hold that is newer comes first.
            let bound = self.blocks.last().map(BlockRow::newest);
            if let Some(place) = self.known.pop_if(|place| bound.is_none_or(|bound| *place > bound)) {
                some.push(place);
                continue;
            }
            let Some(block) = self.blocks.pop() else { break };
            if self.after.is_none_or(|after| block.oldest() < after) {
                let opened = self.open(c, &block)?;
                self.learn(opened.into_iter());
            }
        }
        Ok(some)
    }

    /// The candidates of one block. Most blocks have none for words that are rare, and then only the pages of the words
    /// are read.
    fn open(&self, c: &mut DbConnection, block: &BlockRow) -> Result<Vec<Place>> {
        let mut cases = filed_under(c, block, &self.grams)?;
        if !cases.is_empty() {
            cases.intersect(&filed_under(c, block, &self.asked)?);
        }
        places(c, block, &cases)
    }
}

/// The cases of `block` that are filed under what is wanted.
fn filed_under(c: &mut DbConnection, block: &BlockRow, wanted: &Wanted) -> Result<Set> {
    let count = |n: i32| n.unsigned_abs() as usize;
    let (cases, term_pages) = (count(block.cases), count(block.term_pages));
    let page_of = |term: &str| block::page_of(term, term_pages);
    let pages = read(c, block, 0, wanted.terms().into_iter().map(page_of))?;
    let found = |term: &str| {
        let page = pages.get(&page_of(term)).ok_or_else(|| block::damaged("a page is missing"))?;
        block::filed_under(page, term, cases)
    };
    choose(wanted, cases, &found)
}

fn choose(wanted: &Wanted, cases: usize, found: &impl Fn(&str) -> Result<Set>) -> Result<Set> {
    match wanted {
        Wanted::Term(term) => found(term),
        Wanted::All(parts) => parts.iter().try_fold(Set::all(cases), |mut all, part| {
            all.intersect(&choose(part, cases, found)?);
            Ok(all)
        }),
        Wanted::Any(parts) => parts.iter().try_fold(Set::none(cases), |mut any, part| {
            any.unite(&choose(part, cases, found)?);
            Ok(any)
        }),
    }
}

fn places(c: &mut DbConnection, block: &BlockRow, cases: &Set) -> Result<Vec<Place>> {
    let pages =
        read(c, block, block.term_pages, cases.numbers().map(|number| block::case_page_of(number).0))?;
    let place = |number| {
        let (page, nth) = block::case_page_of(number);
        block::place_on(pages.get(&page).map(Vec::as_slice).unwrap_or_default(), nth)
    };
    cases.numbers().map(place).collect()
}

/// The pages with these numbers, counted from `first`; each is read once.
fn read(
    c: &mut DbConnection,
    block: &BlockRow,
    first: i32,
    numbers: impl Iterator<Item = usize>,
) -> Result<BTreeMap<usize, Vec<u8>>> {
    let mut wanted: Vec<i32> =
        numbers.filter_map(|number| Some(first + i32::try_from(number).ok()?)).collect();
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.is_empty() {
        return Ok(BTreeMap::new());
    }
    let pages = store::pages_of(c, block.id, &wanted)?;
    Ok(pages.into_iter().map(|(number, page)| ((number - first).unsigned_abs() as usize, page)).collect())
}
