//! Questions that no scope bounds, each because it asks for what must be unique beyond all scopes.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::super::model::{HouseholdId, ResidentId, Smartphone};
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::problem::Result;
use crate::platform::db::schema::{households, residents};
use crate::platform::db::{DbConnection, Outcome};

/// Values of one statement, below the 32,766 that SQLite binds.
const BATCH: usize = 1_000;

/// The address of the oldest household as it is stored; none when nobody is written down at all. A program
/// that starts asks, to see whether it has the keys of this town.
pub fn sample(c: &mut DbConnection) -> Result<Option<Vec<u8>>> {
    households::table.order(households::id).select(households::address_sealed).first(c).or_none()
}

/// Whether a household has this id, anywhere: ids are unique beyond all scopes.
pub fn has_id(c: &mut DbConnection, id: HouseholdId) -> Result<bool> {
    let found = households::table.filter(households::id.eq(id)).count().get_result::<i64>(c)?;
    Ok(found > 0)
}

/// What is asked of a household when something is counted of it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Standing {
    /// Where it lies.
    pub area: AreaCode,
    smartphone: Smartphone,
    created_at: Timestamp,
    counted_since: Option<Timestamp>,
    counted_before: Option<AreaCode>,
}

impl Standing {
    /// Whether nobody there has a smartphone; not so when it is unknown.
    pub fn has_no_smartphone(&self) -> bool {
        self.smartphone == Smartphone::No
    }

    /// Where the census counted it `then`; none when it did not: it was written down, or came back, after that. Of
    /// several moves since then the last one is known.
    pub fn counted_at(&self, then: Timestamp) -> Option<&AreaCode> {
        match self.counted_since {
            _ if self.created_at > then => None,
            Some(since) if since > then => self.counted_before.as_ref(),
            Some(_) | None => Some(&self.area),
        }
    }
}

const STANDING: (
    households::area_code,
    households::smartphone,
    households::created_at,
    households::counted_since,
    households::counted_before,
) = (
    households::area_code,
    households::smartphone,
    households::created_at,
    households::counted_since,
    households::counted_before,
);

/// How a household stands: asked by whoever found it, to count it. None when there is no such household.
pub fn standing(c: &mut DbConnection, id: HouseholdId) -> Result<Option<Standing>> {
    households::table.find(id).select(STANDING).first(c).or_none()
}

/// The same of each of `ids` that there is.
pub fn standings(c: &mut DbConnection, ids: &[HouseholdId]) -> Result<BTreeMap<HouseholdId, Standing>> {
    let rows = households::table.filter(households::id.eq_any(ids)).select((households::id, STANDING));
    Ok(rows.load(c)?.into_iter().collect())
}

/// Those of `ids` that residents have, anywhere: ids are unique beyond all scopes.
pub fn residents_with_ids(c: &mut DbConnection, ids: &[ResidentId]) -> Result<Vec<ResidentId>> {
    Ok(residents::table.filter(residents::id.eq_any(ids)).select(residents::id).load(c)?)
}

/// The household with this number in the town: numbers are unique in a town, of which the scope may hold a part.
pub fn with_code(c: &mut DbConnection, town: &AreaCode, code: &str) -> Result<Option<HouseholdId>> {
    let found = households::table.filter(households::town_code.eq(town)).filter(households::code.eq(code));
    found.select(households::id).first(c).or_none()
}

/// Who has one of these ID numbers, by its index: a citizen is registered once, wherever that is.
pub fn holders(c: &mut DbConnection, citizens: &[Vec<u8>]) -> Result<Vec<(Vec<u8>, ResidentId)>> {
    let mut found = Vec::new();
    for citizens in citizens.chunks(BATCH) {
        let rows = residents::table
            .filter(residents::citizen_index.eq_any(citizens.to_vec()))
            .select((residents::citizen_index, residents::id))
            .load::<(Option<Vec<u8>>, ResidentId)>(c)?;
        found.extend(rows.into_iter().filter_map(|(index, id)| Some((index?, id))));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_was_counted_where_it_lay_then() {
        let at = Timestamp::from_millis;
        let area = |code: &str| code.parse::<AreaCode>().unwrap();
        let (here, there) = (area("500114119201001"), area("500114119202001"));
        let stays = Standing {
            area: here.clone(),
            smartphone: Smartphone::Yes,
            created_at: at(10),
            counted_since: None,
            counted_before: None,
        };
        assert_eq!((stays.counted_at(at(9)), stays.counted_at(at(10))), (None, Some(&here)));
        let moved =
            Standing { counted_since: Some(at(20)), counted_before: Some(there.clone()), ..stays.clone() };
        assert_eq!((moved.counted_at(at(19)), moved.counted_at(at(20))), (Some(&there), Some(&here)));
        assert_eq!(moved.counted_at(at(9)), None);
        let back = Standing { counted_before: None, ..moved };
        assert_eq!((back.counted_at(at(19)), back.counted_at(at(20))), (None, Some(&here)));
    }
}
