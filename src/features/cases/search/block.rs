//! A block: an inverted index over some thousand cases, in pages that fit a row of a table.
//!
//! The cases of a block are numbered from the newest to the oldest. A **term page** holds, for each term whose hash
//! leads to it, the numbers of the cases that are filed under the term; a **case page** holds the places of 256 cases in
//! the order of the list. A page is a sequence of entries, each: length of the term (1 byte), the term, how many cases,
//! and their numbers as distances; the last two as LEB128.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use uuid::Uuid;

use super::set::Set;
use crate::base::clock::Timestamp;
use crate::base::page::Place;
use crate::base::problem::{Problem, Result};

/// Cases for each page of terms: enough to make it a few kilobytes, which is one row of a table and a quick look.
const CASES_A_TERM_PAGE: usize = 8;
/// Places of one case page.
const CASES_A_PAGE: usize = 256;
/// Bytes of a place: milliseconds and id.
const PLACE: usize = 24;
/// The most cases of one block, so that a number fits two bytes.
pub const MOST: usize = 1 << 16;

/// Collects the cases of a block, the newest first.
#[derive(Default)]
pub struct Builder {
    places: Vec<Place>,
    cases_of: HashMap<Box<str>, Vec<u16>, RandomState>,
}

impl Builder {
    /// Numbers the next case; an internal failure when the block is full.
    pub fn add(&mut self, place: Place) -> Result<u16> {
        let number = u16::try_from(self.places.len()).map_err(|_| damaged("too many cases"))?;
        self.places.push(place);
        Ok(number)
    }

    /// Files case `number`, the last one, under `term`.
    pub fn file(&mut self, term: &str, number: u16) {
        match self.cases_of.get_mut(term) {
            Some(cases) if cases.last() == Some(&number) => {}
            Some(cases) => cases.push(number),
            None => drop(self.cases_of.insert(term.into(), vec![number])),
        }
    }

    /// The pages of the block, those of the terms first.
    pub fn finish(self) -> Result<Pages> {
        let terms = self.places.len().div_ceil(CASES_A_TERM_PAGE);
        let mut pages: Vec<Vec<u8>> = vec![vec![]; terms];
        // In order, so that the same cases always make the same bytes.
        let mut cases_of: Vec<_> = self.cases_of.into_iter().collect();
        cases_of.sort_unstable();
        for (term, cases) in &cases_of {
            let page = pages.get_mut(page_of(term, terms)).ok_or_else(|| damaged("no page for a term"))?;
            page.push(u8::try_from(term.len()).map_err(|_| damaged("a term of more than 255 bytes"))?);
            page.extend_from_slice(term.as_bytes());
            write(page, cases.len() as u32);
            let mut before = 0;
            for number in cases.iter().map(|number| u32::from(*number)) {
                write(page, number - before);
                before = number;
            }
        }
        for places in self.places.chunks(CASES_A_PAGE) {
            pages.push(places.iter().flat_map(|place| bytes_of(*place)).collect());
        }
        Ok(Pages { places: self.places, terms, pages })
    }
}

/// A block that has been built.
pub struct Pages {
    /// The places of its cases, the newest first.
    pub places: Vec<Place>,
    /// How many of the pages are of terms.
    pub terms: usize,
    /// The pages.
    pub pages: Vec<Vec<u8>>,
}

/// The page among `pages` where `term` stands, if any case is filed under it: FNV-1a, which stays the same whatever the
/// program is compiled with.
pub fn page_of(term: &str, pages: usize) -> usize {
    let hash = term.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    (hash % pages.max(1) as u64) as usize
}

/// The cases, of `cases` in all, that a page says are filed under `term`.
pub fn filed_under(page: &[u8], term: &str, cases: usize) -> Result<Set> {
    let mut found = Set::none(cases);
    let mut rest = page;
    while let Some((length, after)) = rest.split_first() {
        let (name, after) = after.split_at_checked(usize::from(*length)).ok_or_else(|| damaged("cut off"))?;
        rest = after;
        let ours = name == term.as_bytes();
        let mut number = 0;
        for _ in 0..read(&mut rest)? {
            number += read(&mut rest)? as usize;
            if ours {
                found.insert(number);
            }
        }
        if ours {
            break;
        }
    }
    Ok(found)
}

/// The case page on which case `number` stands, counted after the pages of terms, and where on it.
pub fn case_page_of(number: usize) -> (usize, usize) {
    (number / CASES_A_PAGE, number % CASES_A_PAGE)
}

/// The place of the case that stands `nth` on a case page.
pub fn place_on(page: &[u8], nth: usize) -> Result<Place> {
    let bytes = page.get(nth * PLACE..(nth + 1) * PLACE).ok_or_else(|| damaged("a case page cut off"))?;
    let (millis, id) = bytes.split_first_chunk().ok_or_else(|| damaged("a case page cut off"))?;
    let id = Uuid::from_slice(id).map_err(Problem::internal)?;
    Ok(Place { at: Timestamp::from_millis(i64::from_be_bytes(*millis)), id })
}

fn bytes_of(place: Place) -> [u8; PLACE] {
    let mut bytes = [0; PLACE];
    bytes[..8].copy_from_slice(&place.at.millis().to_be_bytes());
    bytes[8..].copy_from_slice(place.id.as_bytes());
    bytes
}

fn write(to: &mut Vec<u8>, mut n: u32) {
    while n >= 0x80 {
        to.push(n as u8 | 0x80);
        n >>= 7;
    }
    to.push(n as u8);
}

fn read(from: &mut &[u8]) -> Result<u32> {
    let mut n = 0;
    for shift in [0, 7, 14, 21, 28] {
        let (byte, rest) = from.split_first().ok_or_else(|| damaged("cut off"))?;
        *from = rest;
        n |= u32::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(n);
        }
    }
    Err(damaged("a number without end"))
}

/// What is stored cannot be read; the cases themselves are not touched by it.
pub fn damaged(why: &'static str) -> Problem {
    Problem::internal(format!("the search index is damaged ({why}); `wangge search rebuild` makes it anew"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(n: usize) -> Place {
        Place { at: Timestamp::from_millis(1_700_000_000_000 - n as i64), id: Uuid::from_u128(n as u128) }
    }

    fn built(cases: &[Vec<String>]) -> Pages {
        let mut builder = Builder::default();
        for (n, terms) in cases.iter().enumerate() {
            let number = builder.add(place(n)).unwrap();
            terms.iter().for_each(|term| builder.file(term, number));
        }
        builder.finish().unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn whatever_is_filed_is_found_and_nothing_else(
            cases in prop::collection::vec(prop::collection::vec("[漏水气]{1,2}", 0..6), 1..600),
        ) {
            let block = built(&cases);
            for term in ["漏", "水", "气", "漏水", "水漏", "气气", "无"] {
                let page = &block.pages[page_of(term, block.terms)];
                let found: Vec<_> = filed_under(page, term, cases.len()).unwrap().numbers().collect();
                let with = |n: &usize| cases[*n].iter().any(|filed| filed == term);
                prop_assert_eq!(found, (0..cases.len()).filter(with).collect::<Vec<_>>());
            }
            for n in 0..cases.len() {
                let (page, nth) = case_page_of(n);
                prop_assert_eq!(place_on(&block.pages[block.terms + page], nth).unwrap(), place(n));
            }
        }

        #[test]
        fn no_bytes_from_a_database_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            drop(filed_under(&bytes, "漏", 9));
            drop(place_on(&bytes, 1));
        }
    }

    #[test]
    fn a_page_is_where_it_was_yesterday() {
        assert_eq!((page_of("漏水", 512), page_of(":open", 512)), (70, 113));
    }
}
