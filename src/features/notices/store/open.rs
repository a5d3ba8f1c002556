//! What was published, for everybody: no drafts, and no column that says who did what.

use diesel::prelude::*;

use super::read_in;
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::PageRequest;
use crate::base::problem::Result;
use crate::features::notices::model::{FraudType, Notice, NoticeKind, WarningLevel};
use crate::platform::db::schema::{notice_areas, notices};
use crate::platform::db::{Cols, Condition, DbConnection, MultiBackend, Outcome, before, prefix};

/// A notice that was published, as everybody may know it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = notices)]
pub struct PublicRow {
    /// The notice.
    pub id: Id<Notice>,
    /// The finest area that holds all of its areas.
    pub area_code: AreaCode,
    /// What it is for.
    pub kind: NoticeKind,
    /// How grave.
    pub level: Option<WarningLevel>,
    /// Which fraud it is about.
    pub fraud_type: Option<FraudType>,
    /// In short.
    pub title: String,
    /// In full.
    pub body: String,
    /// What to do now.
    pub instruction: Option<String>,
    /// When it was published.
    #[diesel(select_expression = notices::published_at.assume_not_null())]
    pub published_at: Timestamp,
    /// When it was cancelled.
    pub cancelled_at: Option<Timestamp>,
    /// When it leaves the feeds.
    pub expires_at: Option<Timestamp>,
    /// The notice that it took the place of.
    pub replaces_id: Option<Id<Notice>>,
    /// The notice that took its place.
    pub replaced_by_id: Option<Id<Notice>>,
}

/// What was published until `now` for everybody of its areas, whatever became of it.
fn published(now: Timestamp) -> Condition<notices::table> {
    let out = notices::published_at.is_not_null().and(notices::published_at.assume_not_null().le(now));
    Box::new(out.and(notices::audience.is_null()))
}

/// When the notice was published that another took the place of.
pub fn published_at(c: &mut DbConnection, id: Id<Notice>) -> Result<Option<Timestamp>> {
    let at = notices::table.filter(notices::id.eq(id)).select(notices::published_at).first(c).or_none()?;
    Ok(at.flatten())
}

/// The notice, when it was published; 404 otherwise.
pub fn find(c: &mut DbConnection, id: Id<Notice>, now: Timestamp) -> Result<PublicRow> {
    let notice = notices::table.filter(notices::id.eq(id)).filter(published(now));
    notice.select(PublicRow::cols()).first(c).or_not_found()
}

/// Rows of one page of what was published in `area`, in a part of it or in more than that, newest first.
pub fn list(
    c: &mut DbConnection,
    area: &AreaCode,
    page: &PageRequest,
    now: Timestamp,
) -> Result<Vec<PublicRow>> {
    // Its home is in the area or holds it. One statement for either: SQLite, which keeps no statistics here, would walk
    // everything that was ever published for both at once.
    let inside = prefix::within(notices::area_code, std::slice::from_ref(area));
    let around: Vec<AreaCode> = area.lineage().into_iter().filter(|wider| wider != area).collect();
    let mut rows = homed(c, inside, area, page, now)?;
    rows.extend(homed(c, Box::new(notices::area_code.eq_any(around)), area, page, now)?);
    rows.sort_by_key(|row| std::cmp::Reverse((row.published_at, row.id.uuid())));
    rows.truncate(usize::try_from(page.fetch()).unwrap_or(usize::MAX));
    Ok(rows)
}

fn homed(
    c: &mut DbConnection,
    home: Condition<notices::table>,
    area: &AreaCode,
    page: &PageRequest,
    now: Timestamp,
) -> Result<Vec<PublicRow>> {
    let mut rows = notices::table
        .into_boxed::<MultiBackend>()
        .filter(home)
        .filter(published(now))
        .filter(read_in(std::slice::from_ref(area)));
    if let Some(place) = page.after {
        rows = rows.filter(before::<Notice, notices::table>("published_at, id", place));
    }
    let newest = rows.order((notices::published_at.desc(), notices::id.desc()));
    Ok(newest.limit(page.fetch()).select(PublicRow::cols()).load(c)?)
}

/// Where each of these notices is read, by notice and code; one statement for all.
pub fn areas_of(c: &mut DbConnection, ids: &[Id<Notice>]) -> Result<Vec<(Id<Notice>, AreaCode)>> {
    let areas = notice_areas::table
        .filter(notice_areas::notice_id.eq_any(ids))
        .order((notice_areas::notice_id, notice_areas::area_code));
    Ok(areas.select((notice_areas::notice_id, notice_areas::area_code)).load(c)?)
}
