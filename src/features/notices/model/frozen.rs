//! How many lived in the grids of a town when a notice was published, packed into some bytes: a town of 30 grids takes 200.
//!
//! The first byte is the version of what follows. Then, for each grid in the order of codes, four numbers in base 128, least first
//! (LEB128): how far the last six digits of its code are from those of the grid before, households, persons, and households
//! without a smartphone. Packed counts are never changed, so another version is another way to read them.

use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::problem::{Problem, Result};

/// The only version.
const VERSION: u8 = 1;
/// Bytes of the longest number that has 32 bits.
const LONGEST: u32 = 5;

/// How many lived in one grid when the notice was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    /// The grid.
    pub area_code: AreaCode,
    /// Households.
    pub households: i32,
    /// Persons in them.
    pub persons: i32,
    /// Households of which nobody has a smartphone.
    pub no_smartphone: i32,
}

/// The counts of grids of `town`, which are in the order of codes and each once, as bytes.
pub fn pack(town: &AreaCode, grids: &[Frozen]) -> Result<Vec<u8>> {
    let mut bytes = vec![VERSION];
    let mut next = 0; // the least that the next grid may have
    for grid in grids {
        let code = within_town(town, &grid.area_code)?;
        let step = code.checked_sub(next).ok_or_else(|| strange("grids are not in order"))?;
        put(&mut bytes, step);
        for n in [grid.households, grid.persons, grid.no_smartphone] {
            put(&mut bytes, u32::try_from(n).map_err(Problem::internal)?);
        }
        next = code + 1;
    }
    Ok(bytes)
}

/// The counts that [`pack`] packed for `town`; bytes of another version, or that it cannot have made, are refused: 500.
pub fn unpack(town: &AreaCode, bytes: &[u8]) -> Result<Vec<Frozen>> {
    let mut rest = match bytes.split_first() {
        Some((&VERSION, rest)) => rest,
        Some((version, _)) => return Err(strange(&format!("version {version}"))),
        None => return Err(strange("no bytes")),
    };
    let (mut grids, mut next) = (Vec::new(), 0_u32);
    while !rest.is_empty() {
        let code = next.checked_add(take(&mut rest)?).filter(|code| *code < GRIDS);
        let code = code.ok_or_else(|| strange("no code of a grid"))?;
        let mut count = || i32::try_from(take(&mut rest)?).map_err(Problem::internal);
        grids.push(Frozen {
            households: count()?,
            persons: count()?,
            no_smartphone: count()?,
            area_code: format!("{town}{code:06}").parse().map_err(Problem::internal)?,
        });
        next = code + 1;
    }
    Ok(grids)
}

/// One more than the last six digits of a grid's code may be: three for the village, three for the grid.
const GRIDS: u32 = 1_000_000;

fn within_town(town: &AreaCode, grid: &AreaCode) -> Result<u32> {
    let digits = grid.as_str().strip_prefix(town.as_str());
    let digits = digits.filter(|_| grid.level() == AreaLevel::Grid && town.level() == AreaLevel::Town);
    let digits = digits.ok_or_else(|| strange(&format!("{grid} is no grid of {town}")))?;
    digits.parse().map_err(Problem::internal)
}

fn put(bytes: &mut Vec<u8>, mut n: u32) {
    while n >= 0x80 {
        bytes.push(n as u8 | 0x80);
        n >>= 7;
    }
    bytes.push(n as u8);
}

fn take(bytes: &mut &[u8]) -> Result<u32> {
    let mut n = 0_u64;
    for place in 0..LONGEST {
        let Some((byte, rest)) = bytes.split_first() else { break };
        *bytes = rest;
        n |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return u32::try_from(n).map_err(Problem::internal);
        }
    }
    Err(strange("a number has no end"))
}

fn strange(why: &str) -> Problem {
    Problem::internal(format!("packed counts: {why}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn town() -> AreaCode {
        "500114119".parse().unwrap()
    }

    fn frozen(code: u32, households: i32, persons: i32, no_smartphone: i32) -> Frozen {
        let area_code = format!("500114119{code:06}").parse().unwrap();
        Frozen { area_code, households, persons, no_smartphone }
    }

    fn grids() -> impl Strategy<Value = Vec<Frozen>> {
        let count = || prop_oneof![0..500_i32, 0..=i32::MAX];
        let grids = prop::collection::btree_map(0..GRIDS, (count(), count(), count()), 0..40);
        grids.prop_map(|grids| grids.into_iter().map(|(code, (h, p, n))| frozen(code, h, p, n)).collect())
    }

    proptest! {
        #[test]
        fn what_was_packed_is_unpacked(grids in grids()) {
            let bytes = pack(&town(), &grids).unwrap();
            prop_assert_eq!(unpack(&town(), &bytes).unwrap(), grids);
        }

        #[test]
        fn whatever_stands_there_is_refused_or_is_what_packing_gives(mut bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            if let Some(first) = bytes.first_mut() {
                *first = VERSION;
            }
            if let Ok(grids) = unpack(&town(), &bytes) {
                let again = pack(&town(), &grids).unwrap();
                prop_assert_eq!(unpack(&town(), &again).unwrap(), grids);
            }
        }
    }

    #[test]
    fn a_town_of_thirty_grids_takes_two_hundred_bytes() {
        let grids: Vec<_> = (0..30).map(|n| frozen(201_001 + n / 6 * 1000 + n % 6, 400, 1100, 60)).collect();
        let bytes = pack(&town(), &grids).unwrap();
        assert!(bytes.len() <= 200, "{}", bytes.len());
        assert_eq!(&bytes[..9], [1, 0xa9, 0xa2, 0x0c, 0x90, 0x03, 0xcc, 0x08, 60]);
    }

    #[test]
    fn another_version_and_half_a_number_are_refused() {
        let bytes = pack(&town(), &[frozen(201_001, 400, 1100, 60)]).unwrap();
        let newer: Vec<u8> = [&[VERSION + 1], &bytes[1..]].concat();
        assert!(unpack(&town(), &newer).is_err());
        assert!(unpack(&town(), &[]).is_err());
        for end in 2..bytes.len() {
            assert!(unpack(&town(), &bytes[..end]).is_err(), "{end}");
        }
        assert!(unpack(&town(), &[VERSION, 0xff, 0xff, 0xff, 0xff, 0x1f, 1, 1, 1]).is_err());
        assert_eq!(unpack(&town(), &[VERSION]).unwrap(), []);
    }

    #[test]
    fn only_grids_of_the_town_in_their_order_are_packed() {
        let (first, second) = (frozen(201_001, 1, 1, 0), frozen(201_002, 1, 1, 0));
        assert!(pack(&town(), &[second.clone(), first.clone()]).is_err());
        assert!(pack(&town(), &[first.clone(), first.clone()]).is_err());
        assert!(pack(&"500114120".parse().unwrap(), std::slice::from_ref(&first)).is_err());
        assert!(pack(&"500114".parse().unwrap(), std::slice::from_ref(&first)).is_err());
        assert!(pack(&town(), &[Frozen { households: -1, ..first.clone() }]).is_err());
        let micro = "50011411920100101".parse().unwrap();
        assert!(pack(&town(), &[Frozen { area_code: micro, ..first.clone() }]).is_err());
        assert!(pack(&town(), &[first, second]).is_ok());
    }
}
