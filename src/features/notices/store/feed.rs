//! The feed of a household: what was published for its grid and for all that hold it, newest first.
//!
//! One statement with a fixed text, so that the prepared one is used again: at most six ranges of
//! `ix_notice_areas__feed`, each cut to the page, and only then the notices themselves.

use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType, Nullable, Text};
use uuid::Uuid;

use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::clock::Timestamp;
use crate::base::column::{Instant, JsonDoc, Uid};
use crate::base::id::Id;
use crate::base::page::{PageRequest, Place};
use crate::base::problem::Result;
use crate::each;
use crate::features::notices::model::{
    Audience, FraudType, Notice, NoticeKind, NoticeRow, NoticeState, WarningLevel,
};
use crate::features::notices::reach::ReachStatus;
use crate::platform::access::Household;
use crate::platform::db::schema::{notice_areas, notices};
use crate::platform::db::{Cols, DbConnection, Json, Outcome};

/// A notice in a feed.
#[derive(Debug, Clone, Queryable)]
pub struct FeedRow {
    pub id: Id<Notice>,
    pub published_at: Timestamp,
    pub kind: NoticeKind,
    pub level: Option<WarningLevel>,
    pub fraud_type: Option<FraudType>,
    pub title: String,
    pub instruction: Option<String>,
    pub expires_at: Option<Timestamp>,
    pub audience: Option<Json<Audience>>,
    pub status: Option<ReachStatus>,
}

/// How many levels of areas there are.
const LEVELS: usize = AreaLevel::ALL.len();

struct FeedQuery {
    /// The home and all that hold it; a level that is missing is NULL, which no row equals.
    lineage: [Option<AreaCode>; LEVELS],
    household: Id<Household>,
    before: (Timestamp, Id<Notice>),
    limit: i64,
}

impl QueryId for FeedQuery {
    type QueryId = Self;
    // The text does not depend on the values.
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for FeedQuery {
    type SqlType = (
        Uid,
        Instant,
        Text,
        Nullable<Text>,
        Nullable<Text>,
        Text,
        Nullable<Text>,
        Nullable<Instant>,
        Nullable<JsonDoc>,
        Nullable<Text>,
    );
}

impl<C> RunQueryDsl<C> for FeedQuery {}

impl<DB> QueryFragment<DB> for FeedQuery
where
    DB: Backend + HasSqlType<Uid> + HasSqlType<Instant> + HasSqlType<JsonDoc>,
    Option<AreaCode>: ToSql<Nullable<Text>, DB>,
    Id<Household>: ToSql<Uid, DB>,
    Id<Notice>: ToSql<Uid, DB>,
    Timestamp: ToSql<Instant, DB>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(
            "SELECT n.id, f.published_at, n.kind, n.level, n.fraud_type, n.title, n.instruction, n.expires_at, \
             n.audience, r.by_message FROM (",
        );
        for (place, area) in self.lineage.iter().enumerate() {
            out.push_sql(if place == 0 { "" } else { " UNION ALL " });
            out.push_sql(
                "SELECT * FROM (SELECT published_at, notice_id FROM notice_areas WHERE area_code = ",
            );
            out.push_bind_param::<Nullable<Text>, _>(area)?;
            out.push_sql(" AND published_at IS NOT NULL AND (published_at, notice_id) < (");
            out.push_bind_param::<Instant, _>(&self.before.0)?;
            out.push_sql(", ");
            out.push_bind_param::<Uid, _>(&self.before.1)?;
            out.push_sql(") ORDER BY published_at DESC, notice_id DESC LIMIT ");
            out.push_bind_param::<BigInt, _>(&self.limit)?;
            out.push_sql(") a");
        }
        out.push_sql(
            ") f JOIN notices n ON n.id = f.notice_id \
             LEFT JOIN household_reach r ON r.notice_id = f.notice_id AND r.household_id = ",
        );
        out.push_bind_param::<Uid, _>(&self.household)?;
        out.push_sql(" ORDER BY f.published_at DESC, f.notice_id DESC LIMIT ");
        out.push_bind_param::<BigInt, _>(&self.limit)
    }
}

/// Rows of one page of the feed of a household in `home`. What has expired is still among them until
/// `keep_time` has passed; the caller leaves it out.
pub fn page(
    c: &mut DbConnection,
    home: &AreaCode,
    household: Id<Household>,
    page: &PageRequest,
) -> Result<Vec<FeedRow>> {
    let mut codes = home.lineage().into_iter();
    // Everything ever published comes before the end of the calendar.
    let end = Place { at: Timestamp::from_millis(253_402_300_799_999), id: Uuid::max() };
    let after = page.after.unwrap_or(end);
    let query = FeedQuery {
        lineage: std::array::from_fn(|_| codes.next()),
        household,
        before: (after.at, Id::from_uuid(after.id)),
        limit: page.fetch(),
    };
    Ok(each!(c, c => query.load::<FeedRow>(c))?)
}

/// The areas of a notice that hold `home`.
pub fn areas_over(c: &mut DbConnection, home: &AreaCode, id: Id<Notice>) -> Result<Vec<AreaCode>> {
    let here = notice_areas::table
        .filter(notice_areas::notice_id.eq(id))
        .filter(notice_areas::area_code.eq_any(home.lineage()))
        .order(notice_areas::area_code)
        .select(notice_areas::area_code);
    Ok(here.load(c)?)
}

/// A notice that was published for `home`, also when it has expired meanwhile; 404 otherwise.
pub fn find(c: &mut DbConnection, home: &AreaCode, id: Id<Notice>) -> Result<NoticeRow> {
    let here = notice_areas::table
        .filter(notice_areas::notice_id.eq(id))
        .filter(notice_areas::area_code.eq_any(home.lineage()))
        .select(notice_areas::notice_id);
    let row = notices::table
        .filter(notices::id.eq_any(here))
        .filter(notices::state.eq_any([NoticeState::Published, NoticeState::Expired]))
        .select(NoticeRow::cols());
    row.first(c).or_not_found()
}
