//! Who mediates, and each session.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::{Photo, Remark};
use crate::features::disputes::actions::{Beginning, Extension};
use crate::features::disputes::model::{
    MOST_MEDIATORS, MOST_PARTIES, MediationMode, MediationSession, Party, Replacement, Session,
    SessionResult, SessionRow,
};
use crate::platform::access::Staff;
use crate::platform::privacy::{Field, Vault};

/// Who mediates and how.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "mode": "on_site", "committee": "示例村人民调解委员会", "note": "示例:到场调解" }))]
pub struct MediationBody {
    /// A mediator with a post there, on whose desk the case is from now on; the caller when absent.
    pub mediator: Option<Id<Staff>>,
    /// Mediators who work beside, at most 4.
    #[serde(default)]
    #[schema(max_items = 4)]
    pub co_mediators: Vec<Id<Staff>>,
    /// How.
    pub mode: MediationMode,
    /// Which committee mediates, at most 60 characters; its name stands under the agreement.
    #[schema(max_length = 60)]
    pub committee: Option<String>,
    /// A remark that the reporter may read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

impl MediationBody {
    /// Who and how, and the remark, or 422.
    pub fn parse(self) -> Result<(Beginning, Remark)> {
        let mut check = Check::new();
        if self.co_mediators.len() >= MOST_MEDIATORS {
            check.refuse("co_mediators", format!("调解员最多 {MOST_MEDIATORS} 名"));
        }
        let committee = check.optional_text("committee", self.committee.as_deref(), 60);
        let remark = Remark::words(&mut check, self.note.as_deref());
        let (lead, others) = (self.mediator, self.co_mediators);
        check.finish((Beginning { lead, others, mode: self.mode, committee }, remark))
    }
}

/// Who mediates from now on. A party may ask for another mediator (人民调解法 23); whoever leaves then does not come back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "mediators": ["staff_01h455vb4pex5vsknk084sn02q"], "asked_by": "party_01h455vb4pex5vsknk084sn02r",
    "reason": "示例:当事人认为原调解员与对方相熟"
}))]
pub struct ReplacementBody {
    /// All mediators from now on, 1 to 5, whoever has the case on the desk first.
    #[schema(min_items = 1, max_items = 5)]
    pub mediators: Vec<Id<Staff>>,
    /// The party that asked for it; absent when the committee itself wants it.
    pub asked_by: Option<Id<Party>>,
    /// Why, for the office, 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
    /// A remark that the reporter may read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

impl ReplacementBody {
    /// The change and the remark, or 422.
    pub fn parse(self) -> Result<(Replacement, Remark)> {
        let mut check = Check::new();
        check_number(&mut check, "mediators", self.mediators.len(), MOST_MEDIATORS);
        let reason = check.text("reason", &self.reason, 1, 500);
        let remark = Remark::words(&mut check, self.note.as_deref());
        let (mediators, asked_by) = (self.mediators, self.asked_by);
        check.finish((Replacement { mediators, asked_by, reason }, remark))
    }
}

/// More time to mediate than a month, once, when everybody on the two sides agrees.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "days": 15, "agreed_by": ["party_01h455vb4pex5vsknk084sn02q", "party_01h455vb4pex5vsknk084sn02r"]
}))]
pub struct ExtensionBody {
    /// How many days, 1 to 30.
    #[schema(minimum = 1, maximum = 30)]
    pub days: u16,
    /// Who agreed: everybody on the two sides.
    #[schema(min_items = 1, max_items = 20)]
    pub agreed_by: Vec<Id<Party>>,
    /// A remark that the reporter may read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

impl ExtensionBody {
    /// The extension and the remark, or 422.
    pub fn parse(self) -> Result<(Extension, Remark)> {
        let mut check = Check::new();
        let days = check.range("days", self.days, 1, 30);
        check_number(&mut check, "agreed_by", self.agreed_by.len(), MOST_PARTIES);
        let remark = Remark::words(&mut check, self.note.as_deref());
        check.finish((Extension { days, agreed_by: self.agreed_by }, remark))
    }
}

/// A session as it went. The summary is stored encrypted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "at": "2026-11-22T02:00:00.000Z", "place": "示例村委会调解室", "mode": "committee", "open": false,
    "mediators": ["staff_01h455vb4pex5vsknk084sn02q"],
    "attendees": ["party_01h455vb4pex5vsknk084sn02q", "party_01h455vb4pex5vsknk084sn02r"],
    "summary": "示例:双方陈述经过,同意轮流用水,细节另行商定", "result": "continued"
}))]
pub struct SessionBody {
    /// When.
    pub at: Timestamp,
    /// Where, 1 to 60 characters.
    #[schema(min_length = 1, max_length = 60)]
    pub place: String,
    /// How.
    pub mode: MediationMode,
    /// Whether it was open to the public; the parties may ask for either (人民调解法 23).
    pub open: bool,
    /// Who mediated, 1 to 5 of the dispute's mediators.
    #[schema(min_items = 1, max_items = 5)]
    pub mediators: Vec<Id<Staff>>,
    /// Which parties were there, 1 to 20; a session may be with one side alone.
    #[schema(min_items = 1, max_items = 20)]
    pub attendees: Vec<Id<Party>>,
    /// What was said, 1 to 2,000 characters; shown like the agreement, for a purpose.
    #[schema(min_length = 1, max_length = 2000)]
    pub summary: String,
    /// What it came to.
    pub result: SessionResult,
    /// A remark that the reporter may read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
    /// Photos that were uploaded before, at most 9.
    #[serde(default)]
    #[schema(max_items = 9)]
    pub photos: Vec<Id<Photo>>,
}

impl SessionBody {
    /// The session and the remark, or 422.
    pub fn parse(mut self, now: Timestamp, vault: &Vault) -> Result<(Session, Remark)> {
        let mut check = Check::new();
        let at = check.past("at", self.at, now);
        let place = check.text("place", &self.place, 1, 60);
        check_number(&mut check, "mediators", self.mediators.len(), MOST_MEDIATORS);
        check_number(&mut check, "attendees", self.attendees.len(), MOST_PARTIES);
        self.mediators.sort();
        self.mediators.dedup();
        self.attendees.sort();
        self.attendees.dedup();
        let summary = check.text("summary", &self.summary, 1, 2000);
        let remark = Remark::check(&mut check, self.note.as_deref(), self.photos);
        let session = Session {
            at,
            place,
            mode: self.mode,
            open: self.open,
            mediators: self.mediators,
            attendees: self.attendees,
            summary_sealed: vault.seal(Field::Note, &summary)?,
            result: self.result,
        };
        check.finish((session, remark))
    }
}

/// Complains about nobody, and about more than `most`.
fn check_number(check: &mut Check, field: &str, number: usize, most: usize) {
    if number == 0 || number > most {
        check.refuse(field, format!("应为 1 到 {most} 名"));
    }
}

/// A session as a client sees it, without what was said.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionView {
    /// The session.
    pub id: Id<MediationSession>,
    /// When.
    pub at: Timestamp,
    /// Where.
    pub place: String,
    /// How.
    pub mode: MediationMode,
    /// Whether it was open to the public.
    pub open: bool,
    /// Who mediated; residents do not see it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub mediators: Vec<Id<Staff>>,
    /// Which parties were there.
    pub attendees: Vec<Id<Party>>,
    /// What it came to.
    pub result: SessionResult,
    /// When the server had it.
    pub recorded_at: Timestamp,
}

impl SessionView {
    /// The view; `office` adds what residents do not see.
    pub fn of(row: SessionRow, office: bool) -> Self {
        Self {
            id: row.id,
            at: row.at,
            place: row.place,
            mode: row.mode,
            open: row.open,
            mediators: if office { row.mediators.0 } else { vec![] },
            attendees: row.attendees.0,
            result: row.result,
            recorded_at: row.recorded_at,
        }
    }
}
