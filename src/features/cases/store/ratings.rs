//! How cases were rated; also names `case_ratings`.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text};

use crate::base::area_code::AreaCode;
use crate::base::problem::Result;
use crate::each;
use crate::features::cases::model::{CaseFile, CaseKind};
use crate::features::cases::ratings::RatingRow;
use crate::platform::access::{AreaInScope, AreaScope};
use crate::platform::db::schema::case_ratings;
use crate::platform::db::{Cols, DbConnection, Outcome, Tx};

/// The rating of a file that was found in `scope`; none before it is given.
pub fn of_case(c: &mut DbConnection, scope: &AreaScope, file: &CaseFile) -> Result<Option<RatingRow>> {
    debug_assert!(file.is_seen_by(scope));
    case_ratings::table.find(file.id).select(RatingRow::cols()).first(c).or_none()
}

/// Keeps a rating; `false` when the case has one, also by a transaction that commits meanwhile.
pub fn insert(tx: &mut Tx, _area: &AreaInScope, row: &RatingRow) -> Result<bool> {
    let c: &mut DbConnection = tx;
    let rows = each!(c, c => diesel::insert_into(case_ratings::table)
        .values(row)
        .on_conflict(case_ratings::case_id)
        .do_nothing()
        .execute(c))?;
    Ok(rows == 1)
}

/// What counting the ratings themselves gives.
#[derive(QueryableByName)]
pub struct Tally {
    #[diesel(sql_type = Text)]
    pub area_code: AreaCode,
    #[diesel(sql_type = Text)]
    pub case_kind: CaseKind,
    #[diesel(sql_type = Integer)]
    pub stars: i32,
    #[diesel(sql_type = BigInt)]
    pub n: i64,
}

/// Counts every rating; for `wangge counters verify` only.
pub fn tally(c: &mut DbConnection) -> Result<Vec<Tally>> {
    let count = "SELECT area_code, case_kind, stars, COUNT(*) AS n FROM case_ratings \
                 GROUP BY area_code, case_kind, stars";
    Ok(diesel::sql_query(count).load(c)?)
}
