//! What a resident does with notices.

use chrono::Datelike;

use crate::base::area_code::AreaCode;
use crate::base::id::Id;
use crate::base::page::{Page, PageRequest, Place};
use crate::base::problem::{Code, Problem, Result};
use crate::features::households;
use crate::features::notices::model::{Audience, Notice, NoticeRow};
use crate::features::notices::reach::{Mark, Reach, ReachStatus, Receipt};
use crate::features::notices::store::feed::{self, FeedRow};
use crate::features::notices::store::reach;
use crate::platform::access::policy::ReadFeed;
use crate::platform::access::{Granted, Household};
use crate::platform::db::{Db, DbConnection, Json};

/// The household that reads.
fn household(by: &Granted<ReadFeed>) -> Result<Id<Household>> {
    by.actor().household().ok_or_else(|| Problem::because(Code::Forbidden, "您还没有绑定到住户"))
}

/// A page of the feed, newest first. A page may be short by what has just expired and by what is aimed at others.
pub async fn page(db: &Db, by: Granted<ReadFeed>, page: PageRequest) -> Result<Page<FeedRow>> {
    let (household, now) = (household(&by)?, db.clock().now());
    db.read_lagging(move |c| {
        let rows = feed::page(c, by.actor().home(), household, &page)?;
        let mut page = page.page(rows, |row| Place { at: row.published_at, id: row.id.uuid() });
        page.items.retain(|row| row.expires_at.is_none_or(|at| at > now));
        if page.items.iter().any(|row| row.audience.is_some()) {
            let me = households::declared(c, Id::from_uuid(by.actor().id()))?;
            let meant = |rule: &Json<Audience>| rule.0.holds(&me, now.local().year());
            page.items.retain(|row| row.audience.as_ref().is_none_or(meant));
        }
        Ok(page)
    })
    .await
}

/// One notice with how far it came with the household.
pub async fn read(db: &Db, by: Granted<ReadFeed>, id: Id<Notice>) -> Result<(NoticeRow, Option<Reach>)> {
    let household = household(&by)?;
    db.read(move |c| Ok((find(c, &by, id)?, reach::find(c, id, household)?))).await
}

/// The notice, when it was published for the caller's home and is meant for them; 404 otherwise.
fn find(c: &mut DbConnection, by: &Granted<ReadFeed>, id: Id<Notice>) -> Result<NoticeRow> {
    let row = feed::find(c, by.actor().home(), id)?;
    if let Some(rule) = &row.audience {
        let (me, published) = (Id::from_uuid(by.actor().id()), row.published_at.unwrap_or(row.created_at));
        if !rule.0.holds(&households::declared(c, me)?, published.local().year()) {
            return Err(Problem::not_found());
        }
    }
    Ok(row)
}

/// Why a notice stands in the caller's feed: its areas that hold their home, and the rule when it has one.
pub async fn why(db: &Db, by: Granted<ReadFeed>, id: Id<Notice>) -> Result<(NoticeRow, Vec<AreaCode>)> {
    household(&by)?;
    db.read(move |c| Ok((find(c, &by, id)?, feed::areas_over(c, by.actor().home(), id)?))).await
}

/// Notes that someone of the household has read or acknowledged a notice; a second time answers the same receipt.
pub async fn mark(db: &Db, by: Granted<ReadFeed>, id: Id<Notice>, status: ReachStatus) -> Result<Receipt> {
    let household = household(&by)?;
    db.write(move |tx| {
        find(tx, &by, id)?;
        let mark = Mark {
            notice: id,
            household,
            area: by.actor().home().clone(),
            resident: Id::from_uuid(by.actor().id()),
            status,
        };
        reach::raise(tx, &mark).map(Receipt::from)
    })
    .await
}
