//! A place in the order of commits, as `Last-Event-ID` carries it.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::base::problem::{Code, Problem, Result};

/// After which entry a reader goes on: everything up to and including it has been seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// See `platform/db/lots.rs`.
    pub lot: i64,
    /// Orders the entries of one lot.
    pub entry: Uuid,
}

impl Position {
    /// After everything of `lot`.
    pub const fn end_of(lot: i64) -> Self {
        Self { lot, entry: Uuid::max() }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.lot, self.entry)
    }
}

impl FromStr for Position {
    type Err = Problem;

    /// `<lot>-<uuid>`, or 400.
    fn from_str(text: &str) -> Result<Self> {
        let parse = || {
            let (lot, entry) = text.split_once('-')?;
            let lot = lot.parse().ok().filter(|&lot: &i64| lot >= 0)?;
            Some(Self { lot, entry: Uuid::try_parse(entry).ok()? })
        };
        parse().ok_or_else(|| Problem::because(Code::BadRequest, "Last-Event-ID 不是本接口给出的编号"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_read_back_as_it_was_shown() {
        for position in [Position { lot: 42, entry: Uuid::now_v7() }, Position::end_of(0)] {
            assert_eq!(position.to_string().parse::<Position>().unwrap(), position);
        }
    }

    #[test]
    fn what_is_no_position_is_refused() {
        for text in [
            "",
            "42",
            "42-",
            "-1-00000000-0000-0000-0000-000000000000",
            "x-00000000-0000-0000-0000-000000000000",
        ] {
            assert_eq!(text.parse::<Position>().unwrap_err().code(), Code::BadRequest, "{text}");
        }
    }

    #[test]
    fn positions_are_ordered_by_lot_and_then_by_entry() {
        let early = Position { lot: 1, entry: Uuid::from_u128(2) };
        assert!(early < Position { lot: 1, entry: Uuid::from_u128(3) });
        assert!(early < Position::end_of(1) && Position::end_of(1) < Position { lot: 2, entry: Uuid::nil() });
    }
}
