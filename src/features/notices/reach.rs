//! How far a notice came with a household: the best of what happened.
//!
//! Two things bring it there, and both are kept: messages, which only ever get further, and visits, of which one that was
//! recorded wrongly may be corrected. The best of the two is counted (decision 0046).

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::model::Notice;
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::platform::access::{Household, Resident};
use crate::platform::db::schema::household_reach;

crate::text_enum! {
    /// How far a notice came with a household, from the least to the best: the order is total, and the best of two is
    /// the later one here. A message that a gateway took is *sent*, never *read*. Nobody at home, moved away and refused
    /// are accounted for and not reached. Among those reached, a tap by whoever holds the phone says more than a call
    /// that somebody else made, and a talk at the door says most.
    pub enum ReachStatus {
        Sent = "sent" "已发送",
        Absent = "absent" "未遇",
        Moved = "moved" "搬离",
        Refused = "refused" "拒绝",
        Phoned = "phoned" "已电话",
        Read = "read" "已读",
        Acknowledged = "acknowledged" "已签收",
        Visited = "visited" "已入户",
    }
}

impl ReachStatus {
    /// Whether somebody of the household knows of the notice: what coverage counts.
    pub const fn is_reached(self) -> bool {
        match self {
            Self::Phoned | Self::Read | Self::Acknowledged | Self::Visited => true,
            Self::Sent | Self::Absent | Self::Moved | Self::Refused => false,
        }
    }

    /// Whether it is known how it stands with the household: reached, or somebody went there and could not.
    pub const fn is_accounted_for(self) -> bool {
        match self {
            Self::Absent | Self::Moved | Self::Refused => true,
            Self::Sent => false,
            Self::Phoned | Self::Read | Self::Acknowledged | Self::Visited => true,
        }
    }
}

/// How far a notice came with one household.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = household_reach, treat_none_as_default_value = false)]
pub struct Reach {
    /// The notice.
    pub notice_id: Id<Notice>,
    /// The household.
    pub household_id: Id<Household>,
    /// Where the household lay when the notice froze its counts, as far as is known; a newcomer where it lay when it was
    /// first reached. It is counted there for good.
    pub area_code: AreaCode,
    /// The best so far: the better of [`Self::by_message`] and [`Self::by_visit`].
    pub status: ReachStatus,
    /// When someone first read it.
    pub read_at: Option<Timestamp>,
    /// When someone first acknowledged it.
    pub acknowledged_at: Option<Timestamp>,
    /// Who last brought it further by reading.
    pub resident_id: Option<Id<Resident>>,
    /// When it came there.
    pub updated_at: Timestamp,
    /// The best that messages did: sent, read or acknowledged.
    pub by_message: Option<ReachStatus>,
    /// The best that visits did, of those that were not corrected away.
    pub by_visit: Option<ReachStatus>,
    /// Whether nobody in the household had a smartphone when something first happened.
    pub no_smartphone: bool,
    /// Whether it is in none of the frozen counts: it came after publication.
    pub newcomer: bool,
}

/// A household as something first happens to it.
#[derive(Debug, Clone)]
pub struct Home {
    /// The notice.
    pub notice: Id<Notice>,
    /// The household.
    pub household: Id<Household>,
    /// Where it is counted.
    pub area: AreaCode,
    /// Whether nobody there has a smartphone.
    pub no_smartphone: bool,
    /// Whether it is in none of the frozen counts.
    pub newcomer: bool,
}

impl Reach {
    /// A household that nothing has reached yet, on its way to `mark`.
    pub fn first(home: Home, mark: &Mark, now: Timestamp) -> Self {
        Self::blank(home, now).raised(mark, now)
    }

    /// The same by a visit.
    pub fn first_by_visit(home: Home, best: ReachStatus, now: Timestamp) -> Self {
        Self { status: best, by_visit: Some(best), ..Self::blank(home, now) }
    }

    fn blank(home: Home, now: Timestamp) -> Self {
        let Home { notice, household, area, no_smartphone, newcomer } = home;
        Self {
            notice_id: notice,
            household_id: household,
            area_code: area,
            status: ReachStatus::Sent,
            read_at: None,
            acknowledged_at: None,
            resident_id: None,
            updated_at: now,
            by_message: None,
            by_visit: None,
            no_smartphone,
            newcomer,
        }
    }

    /// The same after a message came as far as `mark`, which must be further than before. Whoever acknowledges has read.
    pub fn raised(self, mark: &Mark, now: Timestamp) -> Self {
        let read = mark.status >= ReachStatus::Read;
        let acknowledged = mark.status == ReachStatus::Acknowledged;
        Self {
            status: self.by_visit.map_or(mark.status, |visit| visit.max(mark.status)),
            read_at: self.read_at.or(read.then_some(now)),
            acknowledged_at: self.acknowledged_at.or(acknowledged.then_some(now)),
            resident_id: Some(mark.resident),
            updated_at: now,
            by_message: Some(mark.status),
            ..self
        }
    }

    /// The same when the best that visits did is `by_visit`; none when nothing is left that happened.
    pub fn visited(self, by_visit: Option<ReachStatus>, now: Timestamp) -> Option<Self> {
        let status = self.by_message.max(by_visit)?;
        Some(Self { status, by_visit, updated_at: now, ..self })
    }
}

/// Something that happened to a message of a notice in a household.
#[derive(Debug, Clone)]
pub struct Mark {
    /// The notice.
    pub notice: Id<Notice>,
    /// The household.
    pub household: Id<Household>,
    /// Where the household lies.
    pub area: AreaCode,
    /// With whom it happened.
    pub resident: Id<Resident>,
    /// What happened.
    pub status: ReachStatus,
}

/// What visits to a household came to.
#[derive(Debug, Clone)]
pub struct VisitMark {
    /// The notice.
    pub notice: Id<Notice>,
    /// The household.
    pub household: Id<Household>,
    /// Where the household lies.
    pub area: AreaCode,
    /// The best of them all; none when none of them stands any more.
    pub best: Option<ReachStatus>,
}

/// The proof that a household has read or acknowledged a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({
    "notice_id": "notice_01h455vb4pex5vsknk084sn02q", "status": "acknowledged",
    "read_at": "2026-01-05T01:30:00.000Z", "acknowledged_at": "2026-01-05T01:31:00.000Z"
}))]
pub struct Receipt {
    /// The notice.
    pub notice_id: Id<Notice>,
    /// How far messages came with the household.
    pub status: ReachStatus,
    /// When someone of the household first read it.
    pub read_at: Option<Timestamp>,
    /// When someone of the household first acknowledged it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged_at: Option<Timestamp>,
}

impl From<Reach> for Receipt {
    fn from(reach: Reach) -> Self {
        let Reach { notice_id, status, by_message, read_at, acknowledged_at, .. } = reach;
        Self { notice_id, status: by_message.unwrap_or(status), read_at, acknowledged_at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> Home {
        let (notice, household) = (mark(ReachStatus::Sent).notice, mark(ReachStatus::Sent).household);
        Home { notice, household, area: AreaCode::country(), no_smartphone: false, newcomer: false }
    }

    fn mark(status: ReachStatus) -> Mark {
        Mark {
            notice: Id::from_uuid(uuid::Uuid::nil()),
            household: Id::from_uuid(uuid::Uuid::nil()),
            area: AreaCode::country(),
            resident: Id::from_uuid(uuid::Uuid::nil()),
            status,
        }
    }

    #[test]
    fn whoever_acknowledges_has_read_and_the_first_time_stays() {
        let (early, late) = (Timestamp::from_millis(1), Timestamp::from_millis(2));
        let once = Reach::first(home(), &mark(ReachStatus::Acknowledged), early);
        assert_eq!((once.read_at, once.acknowledged_at), (Some(early), Some(early)));
        let read = Reach::first(home(), &mark(ReachStatus::Read), early);
        let read = read.raised(&mark(ReachStatus::Acknowledged), late);
        assert_eq!((read.read_at, read.acknowledged_at), (Some(early), Some(late)));
        assert_eq!(Reach::first(home(), &mark(ReachStatus::Sent), early).read_at, None);
    }

    #[test]
    fn the_best_is_counted_and_a_correction_leaves_what_otherwise_stands() {
        use ReachStatus::{Absent, Read, Sent, Visited};
        let now = Timestamp::from_millis(1);
        let sent = Reach::first(home(), &mark(Sent), now);
        let absent = sent.visited(Some(Absent), now).unwrap();
        assert_eq!((absent.status, absent.by_message), (Absent, Some(Sent)));
        let read = absent.raised(&mark(Read), now);
        assert_eq!(read.status, Read, "whom nobody met may have read it all the same");
        let visited = read.visited(Some(Visited), now).unwrap();
        assert_eq!(visited.status, Visited);
        assert_eq!(visited.clone().visited(Some(Absent), now).map(|reach| reach.status), Some(Read));
        assert_eq!(visited.visited(None, now).map(|reach| reach.status), Some(Read));
        let never = Reach { by_message: None, ..Reach::first(home(), &mark(Sent), now) };
        assert!(never.visited(None, now).is_none(), "nothing happened after all");
    }

    #[test]
    fn whoever_is_reached_is_accounted_for_and_stands_above_all_who_are_not() {
        for one in ReachStatus::ALL {
            assert!(!one.is_reached() || one.is_accounted_for());
            for other in ReachStatus::ALL.iter().filter(|other| !other.is_reached()) {
                assert!(!one.is_reached() || one > other, "{one} {other}");
            }
        }
    }
}
