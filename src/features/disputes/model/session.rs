//! One session of a mediation, as the mediator records it (人民调解法 27).

use diesel::prelude::*;

use super::{MediationMode, Mediators, Party, PartyRow};
use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::cases::{Case, CaseFile, Reporter};
use crate::platform::access::Staff;
use crate::platform::db::Json;
use crate::platform::db::schema::mediation_sessions;

crate::id_kind! {
    /// A session of a mediation; no sign-in.
    MediationSession = "mediation";
}

crate::text_enum! {
    /// What a session came to.
    pub enum SessionResult {
        Agreed = "agreed" "达成一致",
        Continued = "continued" "继续调解",
        NoAgreement = "no_agreement" "未达成一致",
    }
}

/// A session after the checks of its form.
#[derive(Debug, Clone)]
pub struct Session {
    /// When.
    pub at: Timestamp,
    /// Where.
    pub place: String,
    /// How.
    pub mode: MediationMode,
    /// Whether it was open to the public; the parties may ask for either (23).
    pub open: bool,
    /// Who mediated.
    pub mediators: Vec<Id<Staff>>,
    /// Which parties were there; some sessions are with one side alone.
    pub attendees: Vec<Id<Party>>,
    /// What was said, sealed.
    pub summary_sealed: Vec<u8>,
    /// What it came to.
    pub result: SessionResult,
}

/// A session as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = mediation_sessions, treat_none_as_default_value = false)]
pub struct SessionRow {
    /// The session.
    pub id: Id<MediationSession>,
    /// The dispute's case.
    pub case_id: Id<Case>,
    /// As in the file.
    pub area_code: AreaCode,
    /// When.
    pub at: Timestamp,
    /// Where.
    pub place: String,
    /// How.
    pub mode: MediationMode,
    /// Whether it was open to the public.
    pub open: bool,
    /// Who mediated: ids of staff.
    pub mediators: Json<Vec<Id<Staff>>>,
    /// Which parties were there: their ids.
    pub attendees: Json<Vec<Id<Party>>>,
    /// What was said, sealed.
    pub summary_sealed: Vec<u8>,
    /// What it came to.
    pub result: SessionResult,
    /// Who wrote it down.
    pub recorded_by: Id<Reporter>,
    /// When the server had it.
    pub recorded_at: Timestamp,
}

impl Session {
    /// 422 for a mediator who does not mediate this dispute, and for somebody who is no party of it.
    pub fn check(&self, mediators: &Mediators, parties: &[PartyRow]) -> Result<()> {
        let mut check = Check::new();
        if self.mediators.iter().any(|named| !mediators.include(*named)) {
            check.refuse("mediators", "含有不是本件调解员的人员");
        }
        if self.attendees.iter().any(|named| parties.iter().all(|party| party.id != *named)) {
            check.refuse("attendees", "含有不是本件当事人的编号");
        }
        check.finish(())
    }

    /// The row, written down by `by`.
    pub fn into_row(self, file: &CaseFile, by: Id<Reporter>, now: Timestamp) -> SessionRow {
        SessionRow {
            id: Id::new(),
            case_id: file.id,
            area_code: file.area_code.clone(),
            at: self.at,
            place: self.place,
            mode: self.mode,
            open: self.open,
            mediators: Json(self.mediators),
            attendees: Json(self.attendees),
            summary_sealed: self.summary_sealed,
            result: self.result,
            recorded_by: by,
            recorded_at: now,
        }
    }
}
