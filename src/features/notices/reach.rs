//! How far a notice came with a household: the best of what happened, never less than before.

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
    /// How far a notice came with a household. A message that a gateway took is *sent*, never *read*.
    pub enum ReachStatus {
        Sent = "sent" "已发送",
        Read = "read" "已读",
        Acknowledged = "acknowledged" "已签收",
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
    /// Where the household lay when it was first reached; it is counted there for good.
    pub area_code: AreaCode,
    /// The best so far.
    pub status: ReachStatus,
    /// When someone first read it.
    pub read_at: Option<Timestamp>,
    /// When someone first acknowledged it.
    pub acknowledged_at: Option<Timestamp>,
    /// Who brought it to where it is.
    pub resident_id: Option<Id<Resident>>,
    /// When it came there.
    pub updated_at: Timestamp,
}

impl Reach {
    /// A household that nothing has reached yet, on its way to `status`.
    pub fn first(mark: &Mark, now: Timestamp) -> Self {
        let blank = Self {
            notice_id: mark.notice,
            household_id: mark.household,
            area_code: mark.area.clone(),
            status: mark.status,
            read_at: None,
            acknowledged_at: None,
            resident_id: None,
            updated_at: now,
        };
        blank.raised(mark, now)
    }

    /// The same after `mark`, which must be better. Whoever acknowledges has read.
    pub fn raised(self, mark: &Mark, now: Timestamp) -> Self {
        let read = mark.status >= ReachStatus::Read;
        let acknowledged = mark.status == ReachStatus::Acknowledged;
        Self {
            status: mark.status,
            read_at: self.read_at.or(read.then_some(now)),
            acknowledged_at: self.acknowledged_at.or(acknowledged.then_some(now)),
            resident_id: Some(mark.resident),
            updated_at: now,
            ..self
        }
    }
}

/// Something that happened to a notice in a household.
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

/// The proof that a household has read or acknowledged a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({
    "notice_id": "notice_01h455vb4pex5vsknk084sn02q", "status": "acknowledged",
    "read_at": "2026-01-05T01:30:00.000Z", "acknowledged_at": "2026-01-05T01:31:00.000Z"
}))]
pub struct Receipt {
    /// The notice.
    pub notice_id: Id<Notice>,
    /// How far it came with the household.
    pub status: ReachStatus,
    /// When someone of the household first read it.
    pub read_at: Option<Timestamp>,
    /// When someone of the household first acknowledged it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged_at: Option<Timestamp>,
}

impl From<Reach> for Receipt {
    fn from(reach: Reach) -> Self {
        let Reach { notice_id, status, read_at, acknowledged_at, .. } = reach;
        Self { notice_id, status, read_at, acknowledged_at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_acknowledges_has_read_and_the_first_time_stays() {
        let mark = |status| Mark {
            notice: Id::from_uuid(uuid::Uuid::nil()),
            household: Id::from_uuid(uuid::Uuid::nil()),
            area: AreaCode::country(),
            resident: Id::from_uuid(uuid::Uuid::nil()),
            status,
        };
        let (early, late) = (Timestamp::from_millis(1), Timestamp::from_millis(2));
        let once = Reach::first(&mark(ReachStatus::Acknowledged), early);
        assert_eq!((once.read_at, once.acknowledged_at), (Some(early), Some(early)));
        let read =
            Reach::first(&mark(ReachStatus::Read), early).raised(&mark(ReachStatus::Acknowledged), late);
        assert_eq!((read.read_at, read.acknowledged_at), (Some(early), Some(late)));
        assert_eq!(Reach::first(&mark(ReachStatus::Sent), early).read_at, None);
    }
}
