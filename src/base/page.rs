//! Keyset pages and opaque cursors.
//!
//! A page is the newest rows before a place in the order (time, id). There is no total: counting is
//! what makes long lists slow, and nobody reads it on a phone.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::clock::Timestamp;
use super::problem::{Code, Problem, Result};

/// One page of `T`, newest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Page<T> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// Give this as `cursor` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The `limit` and `cursor` that every list takes.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// How many rows, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// The `next` of the page before.
    #[param(max_length = 64)]
    pub cursor: Option<String>,
}

/// A place in the order (time, id), both falling; the greater one is the newer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The time that the list is ordered by.
    pub at: Timestamp,
    /// Orders rows of the same millisecond.
    pub id: Uuid,
}

/// What a store needs for one page.
#[derive(Debug, Clone, Copy)]
pub struct PageRequest {
    /// Rows strictly after this place; `None` begins at the newest.
    pub after: Option<Place>,
    limit: u32,
}

/// Rows of a page when the caller names no number.
const DEFAULT_LIMIT: u32 = 20;
/// The most rows of one page.
const MAX_LIMIT: u32 = 100;

impl PageQuery {
    /// The request, or 422 `invalid_fields` for a limit out of range or a cursor that is not ours.
    pub fn parse(&self) -> Result<PageRequest> {
        let limit = self.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Problem::field("limit", format!("应在 1 到 {MAX_LIMIT} 之间")));
        }
        let after = self.cursor.as_deref().map(Place::decode).transpose()?;
        Ok(PageRequest { after, limit })
    }
}

impl PageRequest {
    /// The first page of `limit` rows.
    pub fn first(limit: u32) -> Self {
        Self { after: None, limit: limit.clamp(1, MAX_LIMIT) }
    }

    /// At most `limit` rows after `after`, for work that goes through a whole list.
    pub fn following(after: Option<Place>, limit: u32) -> Self {
        Self { after, limit: limit.max(1) }
    }

    /// How many rows to ask the database for: one more than the page, to know whether there is a next.
    pub fn fetch(&self) -> i64 {
        i64::from(self.limit) + 1
    }

    /// The page from what the database gave, where `place` tells a row's place in the order.
    pub fn page<T>(&self, rows: Vec<T>, place: impl Fn(&T) -> Place) -> Page<T> {
        self.cut(rows, place).into()
    }

    /// As [`Self::page`], with the place itself for those who go on from it.
    pub fn cut<T>(&self, mut rows: Vec<T>, place: impl Fn(&T) -> Place) -> (Vec<T>, Option<Place>) {
        let limit = self.limit as usize;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(place);
        (rows, next)
    }
}

impl<T> From<(Vec<T>, Option<Place>)> for Page<T> {
    fn from((items, next): (Vec<T>, Option<Place>)) -> Self {
        Self { items, next: next.map(Place::encode) }
    }
}

impl<T> Page<T> {
    /// The same page with each row turned into what the client sees.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next: self.next }
    }
}

impl Place {
    /// The cursor: 24 bytes as text. Opaque, so that the order may change.
    pub fn encode(self) -> String {
        let mut bytes = [0; 24];
        bytes[..8].copy_from_slice(&self.at.millis().to_be_bytes());
        bytes[8..].copy_from_slice(self.id.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn decode(cursor: &str) -> Result<Self> {
        let wrong = || Problem::field("cursor", "不是本列表给出的翻页位置");
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| wrong())?;
        let bytes: [u8; 24] = bytes.try_into().map_err(|_| wrong())?;
        let (millis, id) = bytes.split_at(8);
        let millis = i64::from_be_bytes(millis.try_into().map_err(|_| wrong())?);
        // A time beyond the calendar would silently become 1970 and repeat the first page for ever.
        if !(0..=253_402_300_799_999).contains(&millis) {
            return Err(wrong());
        }
        let id = Uuid::from_slice(id).map_err(|_| Problem::new(Code::Internal))?;
        Ok(Self { at: Timestamp::from_millis(millis), id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_the_place_it_was_made_of() -> Result<()> {
        let place = Place { at: Timestamp::from_millis(1_700_000_000_123), id: Uuid::from_u128(7) };
        assert_eq!(Place::decode(&place.encode())?, place);
        Ok(())
    }

    #[test]
    fn a_full_page_has_a_next_and_the_last_one_has_none() {
        let place = |n: &u32| Place { at: Timestamp::from_millis(i64::from(*n)), id: Uuid::nil() };
        let request = PageRequest::first(2);
        assert!(request.page(vec![3, 2, 1], place).next.is_some());
        assert!(request.page(vec![3, 2], place).next.is_none());
    }
}
