//! Where a phone is in what it carries along: a place in the snapshot, or in the order of commits after it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::base::clock::Timestamp;
use crate::base::page::Place;
use crate::base::problem::{Problem, Result};

/// The place, and for which scope it was made. Opaque to the phone, so that it may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// [`AreaScope::digest`](crate::platform::access::AreaScope::digest); another one means to begin anew.
    pub scope: [u8; 8],
    /// Whether the snapshot of open cases is still being read.
    pub stage: Stage,
    /// In the snapshot: where following will begin. Afterwards: after which entry it goes on.
    pub lot: i64,
    /// Orders the entries of one lot.
    pub entry: Uuid,
    /// The last closed case that the phone was told to drop.
    pub closed: Place,
}

/// What is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The open cases, after this one.
    Snapshot(Option<Place>),
    /// What has changed since.
    Follow,
}

/// The first byte: which of the two, and whether a place follows.
const BEGIN: u8 = 1;
const SNAPSHOT: u8 = 2;
const FOLLOW: u8 = 3;
/// A cursor without the place in the snapshot.
const SHORT: usize = 1 + 8 + 8 + 16 + 24;

impl Cursor {
    /// As text.
    pub fn encode(&self) -> String {
        let mut bytes = Vec::with_capacity(SHORT + 24);
        bytes.push(match self.stage {
            Stage::Snapshot(None) => BEGIN,
            Stage::Snapshot(Some(_)) => SNAPSHOT,
            Stage::Follow => FOLLOW,
        });
        bytes.extend_from_slice(&self.scope);
        bytes.extend_from_slice(&self.lot.to_be_bytes());
        bytes.extend_from_slice(self.entry.as_bytes());
        write(&mut bytes, self.closed);
        if let Stage::Snapshot(Some(place)) = self.stage {
            write(&mut bytes, place);
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads what [`Self::encode`] wrote; 422 otherwise.
    pub fn decode(text: &str) -> Result<Self> {
        Self::read(text).ok_or_else(|| Problem::field("cursor", "不是本接口给出的位置"))
    }

    fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (kind, rest) = bytes.split_first()?;
        let (scope, rest) = rest.split_first_chunk()?;
        let (lot, rest) = rest.split_first_chunk()?;
        let (entry, rest) = rest.split_first_chunk()?;
        let (closed, rest) = place(rest)?;
        let (stage, rest) = match *kind {
            BEGIN => (Stage::Snapshot(None), rest),
            FOLLOW => (Stage::Follow, rest),
            SNAPSHOT => place(rest).map(|(place, rest)| (Stage::Snapshot(Some(place)), rest))?,
            _ => return None,
        };
        let lot = i64::from_be_bytes(*lot);
        let cursor = Self { scope: *scope, stage, lot, entry: Uuid::from_bytes(*entry), closed };
        (rest.is_empty() && lot >= 0).then_some(cursor)
    }
}

fn write(bytes: &mut Vec<u8>, place: Place) {
    bytes.extend_from_slice(&place.at.millis().to_be_bytes());
    bytes.extend_from_slice(place.id.as_bytes());
}

fn place(bytes: &[u8]) -> Option<(Place, &[u8])> {
    let (at, rest) = bytes.split_first_chunk()?;
    let (id, rest) = rest.split_first_chunk()?;
    // A time beyond the calendar would silently become 1970.
    let at = Some(i64::from_be_bytes(*at)).filter(|at| (0..=253_402_300_799_999).contains(at))?;
    Some((Place { at: Timestamp::from_millis(at), id: Uuid::from_bytes(*id) }, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cursor(stage: Stage) -> Cursor {
        let closed = Place { at: Timestamp::from_millis(1_700_000_000_000), id: Uuid::from_u128(9) };
        Cursor { scope: [7; 8], stage, lot: 42, entry: Uuid::from_u128(5), closed }
    }

    #[test]
    fn a_cursor_comes_back_as_the_place_it_was_made_of() {
        let place = Place { at: Timestamp::from_millis(1_700_000_000_123), id: Uuid::from_u128(7) };
        for stage in [Stage::Snapshot(None), Stage::Snapshot(Some(place)), Stage::Follow] {
            assert_eq!(Cursor::decode(&cursor(stage).encode()).unwrap(), cursor(stage));
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_reading_panic(text in "[A-Za-z0-9_-]{0,120}") {
            drop(Cursor::decode(&text));
        }
    }
}
