//! What a resident does with notices.

use crate::base::id::Id;
use crate::base::page::{Page, PageRequest, Place};
use crate::base::problem::{Code, Problem, Result};
use crate::features::notices::model::{Notice, NoticeRow};
use crate::features::notices::reach::{Mark, Reach, ReachStatus, Receipt};
use crate::features::notices::store::feed::{self, FeedRow};
use crate::features::notices::store::reach;
use crate::platform::access::policy::ReadFeed;
use crate::platform::access::{Granted, Household};
use crate::platform::db::Db;

/// The household that reads.
fn household(by: &Granted<ReadFeed>) -> Result<Id<Household>> {
    by.actor().household().ok_or_else(|| Problem::because(Code::Forbidden, "您还没有绑定到住户"))
}

/// A page of the feed, newest first. A page may be short by what expired within the last minute.
pub async fn page(db: &Db, by: Granted<ReadFeed>, page: PageRequest) -> Result<Page<FeedRow>> {
    let (household, now) = (household(&by)?, db.clock().now());
    db.read_lagging(move |c| {
        let rows = feed::page(c, by.actor().home(), household, &page)?;
        let mut page = page.page(rows, |row| Place { at: row.published_at, id: row.id.uuid() });
        page.items.retain(|row| row.expires_at.is_none_or(|at| at > now));
        Ok(page)
    })
    .await
}

/// One notice with how far it came with the household.
pub async fn read(db: &Db, by: Granted<ReadFeed>, id: Id<Notice>) -> Result<(NoticeRow, Option<Reach>)> {
    let household = household(&by)?;
    db.read(move |c| Ok((feed::find(c, by.actor().home(), id)?, reach::find(c, id, household)?))).await
}

/// Notes that someone of the household has read or acknowledged a notice; a second time answers the same receipt.
pub async fn mark(db: &Db, by: Granted<ReadFeed>, id: Id<Notice>, status: ReachStatus) -> Result<Receipt> {
    let household = household(&by)?;
    db.write(move |tx| {
        feed::find(tx, by.actor().home(), id)?;
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
