//! A message to one resident on an outside channel: its states, and what a gateway's answer makes of it.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::model::{Channel, Delivery, Notice};
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::features::sessions::WxIdentity;
use crate::platform::access::{Household, Resident};
use crate::platform::db::schema::deliveries;
use crate::platform::push::Outcome;

crate::text_enum! {
    /// How a delivery fares. The first two go on by themselves, *sent* by a receipt where the channel has receipts.
    pub enum DeliveryState {
        /// Due now or later.
        Queued = "queued" "待发送",
        /// On its way; a sender that falls silent leaves it here until its lease ends.
        Sending = "sending" "发送中",
        /// The gateway took it. Whether it was read is another matter.
        Sent = "sent" "已发送",
        /// The person does not want it, or their consent is used up.
        Refused = "refused" "用户未授权",
        /// The gateway will never take it.
        PermanentFailure = "permanent_failure" "无法送达",
        /// It failed until the timetable of tries was at its end, or its channel was down and another took over.
        TechnicalFailure = "technical_failure" "多次重试失败",
        /// It may have arrived.
        Unknown = "unknown" "结果不明",
        /// The notice was cancelled or had expired before it was sent.
        Cancelled = "cancelled" "已取消",
        /// A receipt says that it is on the phone. Whether it was read is another matter.
        Delivered = "delivered" "已送达",
        /// The phone was off or out of reach, or no receipt came within 72 hours.
        TemporaryFailure = "temporary_failure" "暂未送达",
    }
}

impl DeliveryState {
    /// Whether the person was certainly not told, so that the next channel is due.
    pub const fn is_miss(self) -> bool {
        matches!(
            self,
            Self::Refused | Self::PermanentFailure | Self::TechnicalFailure | Self::TemporaryFailure
        )
    }

    /// Whether the person was told, may have been, or is about to be.
    pub const fn is_alive(self) -> bool {
        !self.is_miss() && !matches!(self, Self::Cancelled)
    }
}

/// What can be done about a message that may have arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// Nothing: it is sent again when it is urgent, and given up otherwise.
    Blind,
    /// It is sent again under the same key, which the gateway knows for [`KEY_LIVES`].
    Keyed,
    /// The gateway is asked before it is sent again.
    Asked,
}

/// How long the official account knows a `client_msg_id`: ten minutes, less what a clock may be off.
pub const KEY_LIVES: TimeDelta = TimeDelta::minutes(9);

/// A delivery that is being sent.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = deliveries)]
pub struct Sending {
    /// The delivery; travels along as `n`.
    pub id: Id<Delivery>,
    /// What is sent.
    pub notice_id: Id<Notice>,
    /// To which household.
    pub household_id: Id<Household>,
    /// To whom.
    pub resident_id: Id<Resident>,
    /// Under which WeChat name; none for a channel without names.
    pub identity_id: Option<Id<WxIdentity>>,
    /// Where the household lies.
    pub area_code: AreaCode,
    /// Tries, this one included.
    pub attempts: i32,
    /// What the last try came to.
    pub outcome: Option<String>,
    /// By which channel.
    pub channel: Channel,
    /// Which of the channel's gateways had it last.
    pub gateway: Option<String>,
    /// When the first try began whose fate is not known.
    pub tried_at: Option<Timestamp>,
}

impl Sending {
    /// Whether the try before may have arrived; then its ticket is drawn already, and no other is.
    pub fn is_uncertain(&self) -> bool {
        self.outcome.as_deref() == Some(UNCERTAIN)
    }
}

/// What is remembered of a try whose fate is not known.
pub const UNCERTAIN: &str = "unknown";
/// Pause after a try of unknown fate; gateways report what they sent within that time.
const UNCERTAIN_PAUSE: TimeDelta = TimeDelta::seconds(60);
/// The same for what is urgent: most of what a gateway took it knows by then, and the rest may be told twice. The last
/// of a large notice waits for it several times.
pub const URGENT_PAUSE: TimeDelta = TimeDelta::seconds(8);
/// Pause after the access token was refused.
const TOKEN_PAUSE: TimeDelta = TimeDelta::seconds(2);
/// How long the channel rests when our account or settings are wrong; then one block is tried again.
const CONFIG_PAUSE: TimeDelta = TimeDelta::minutes(10);
/// The longest rest of the channel because of speed: what is told to wait longer (one person's frequency, the
/// day's quota) waits by itself, and one try a minute does no harm.
const RATE_PAUSE: TimeDelta = TimeDelta::seconds(60);

/// What to write down of a try.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// Where the delivery goes; `None` is back to the queue.
    pub state: Option<DeliveryState>,
    /// When a queued one is due again.
    pub pause: TimeDelta,
    /// Whether the try counts against the timetable.
    pub counts: bool,
    /// Whether the ticket was certainly not used.
    pub gives_back: bool,
    /// Whether WeChat says that there is no consent.
    pub no_consent: bool,
    /// How long the whole channel rests.
    pub rest: Option<TimeDelta>,
    /// The gateway's code or our word.
    pub outcome: Option<String>,
    /// The gateway's own number.
    pub provider_ref: Option<String>,
    /// Which of the channel's gateways had it.
    pub gateway: Option<&'static str>,
}

impl Verdict {
    /// What `outcome` makes of a delivery. On a blind channel `urgent` ones are sent at least once, others at most once;
    /// `pauses` is the timetable of further tries.
    pub fn of(outcome: Outcome, row: &Sending, (doubt, urgent): (Doubt, bool), pauses: &[TimeDelta]) -> Self {
        let verdict = Self::of_try(outcome, row, (doubt, urgent), pauses);
        if row.is_uncertain() { verdict.after_uncertain() } else { verdict }
    }

    /// What becomes of a message in doubt about which the gateway could not be asked. Nothing has left since, so that there is no
    /// need to give the gateway time to learn of it.
    pub fn unclear(row: &Sending, how: (Doubt, bool), pauses: &[TimeDelta]) -> Self {
        let verdict = Self::of(Outcome::Unknown, row, how, pauses);
        match again(row, pauses) {
            Some(pause) if verdict.state.is_none() => Self { pause, ..verdict },
            _ => verdict,
        }
    }

    /// The same when the try before may have arrived: its ticket may be spent, and the doubt stays until the
    /// gateway says that it took the message.
    fn after_uncertain(self) -> Self {
        let state = match self.state {
            Some(DeliveryState::TechnicalFailure | DeliveryState::PermanentFailure) => {
                Some(DeliveryState::Unknown)
            }
            state => state,
        };
        let outcome = if state.is_none() { Some(UNCERTAIN.to_owned()) } else { self.outcome };
        Self { state, outcome, gives_back: false, ..self }
    }

    /// Waits without a try for `pause`, because of `why`.
    pub fn later(pause: TimeDelta, why: &str) -> Self {
        Self { pause, outcome: Some(why.to_owned()), ..Self::default() }
    }

    /// Ends without a try, because of `why`.
    pub fn ends(state: DeliveryState, why: impl Into<String>) -> Self {
        Self { state: Some(state), counts: true, outcome: Some(why.into()), ..Self::default() }
    }

    fn of_try(outcome: Outcome, row: &Sending, (doubt, urgent): (Doubt, bool), pauses: &[TimeDelta]) -> Self {
        let again = again(row, pauses);
        let queued = Self::later;
        let ended = |state, why: String| Self::ends(state, why);
        match outcome {
            Outcome::Accepted { provider_ref } => {
                let sent = Some(DeliveryState::Sent);
                Self { state: sent, counts: true, provider_ref, ..Self::default() }
            }
            Outcome::Retry => match again {
                Some(pause) => Self { counts: true, gives_back: true, ..queued(pause, "retry") },
                None => {
                    Self { gives_back: true, ..ended(DeliveryState::TechnicalFailure, "retry".to_owned()) }
                }
            },
            Outcome::Token => {
                Self { gives_back: true, rest: Some(TOKEN_PAUSE), ..queued(TOKEN_PAUSE, "token") }
            }
            Outcome::Rate { wait } => {
                let wait = TimeDelta::from_std(wait).unwrap_or(RATE_PAUSE);
                Self { gives_back: true, rest: Some(wait.min(RATE_PAUSE)), ..queued(wait, "rate") }
            }
            Outcome::Later { wait, code } => {
                let wait = TimeDelta::from_std(wait).unwrap_or(RATE_PAUSE);
                Self { gives_back: true, ..queued(wait, &code) }
            }
            Outcome::Config { code } => {
                Self { gives_back: true, rest: Some(CONFIG_PAUSE), ..queued(TimeDelta::zero(), &code) }
            }
            Outcome::Permanent { code } => {
                Self { gives_back: true, ..ended(DeliveryState::PermanentFailure, code) }
            }
            // The try before may have used the consent up: then this no says that it arrived.
            Outcome::Refused { code } if row.is_uncertain() => ended(DeliveryState::Unknown, code),
            Outcome::Refused { code } => Self { no_consent: true, ..ended(DeliveryState::Refused, code) },
            Outcome::Unknown if again.is_some() && (urgent || doubt != Doubt::Blind) => {
                let least = if urgent { URGENT_PAUSE } else { UNCERTAIN_PAUSE };
                let pause = again.unwrap_or_default().max(least);
                Self { counts: true, ..queued(pause, UNCERTAIN) }
            }
            Outcome::Unknown => ended(DeliveryState::Unknown, UNCERTAIN.to_owned()),
        }
    }
}

/// The pause before the next try by the timetable; none after its end.
fn again(row: &Sending, pauses: &[TimeDelta]) -> Option<TimeDelta> {
    let tried = usize::try_from(row.attempts).unwrap_or(usize::MAX);
    tried.checked_sub(1).and_then(|place| pauses.get(place)).copied()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn tried(attempts: i32, before: Option<&str>) -> Sending {
        let nil = uuid::Uuid::nil();
        Sending {
            id: Id::from_uuid(nil),
            notice_id: Id::from_uuid(nil),
            household_id: Id::from_uuid(nil),
            resident_id: Id::from_uuid(nil),
            identity_id: None,
            area_code: AreaCode::country(),
            attempts,
            outcome: before.map(str::to_owned),
            channel: Channel::WxSubscribe,
            gateway: None,
            tried_at: None,
        }
    }

    const PAUSES: [TimeDelta; 1] = [TimeDelta::seconds(5)];

    #[test]
    fn what_may_have_arrived_is_sent_again_only_when_urgent() {
        let ordinary = Verdict::of(Outcome::Unknown, &tried(1, None), (Doubt::Blind, false), &PAUSES);
        assert_eq!((ordinary.state, ordinary.gives_back), (Some(DeliveryState::Unknown), false));
        let urgent = Verdict::of(Outcome::Unknown, &tried(1, None), (Doubt::Blind, true), &PAUSES);
        assert_eq!((urgent.state, urgent.pause), (None, URGENT_PAUSE));
        let last = Verdict::of(Outcome::Unknown, &tried(2, None), (Doubt::Blind, true), &PAUSES);
        assert_eq!(last.state, Some(DeliveryState::Unknown));
    }

    #[test]
    fn where_a_key_or_a_question_helps_the_ordinary_is_not_given_up_either() {
        for doubt in [Doubt::Keyed, Doubt::Asked] {
            let again = Verdict::of(Outcome::Unknown, &tried(1, None), (doubt, false), &PAUSES);
            assert_eq!((again.state, again.outcome.as_deref()), (None, Some(UNCERTAIN)), "{doubt:?}");
            let last = Verdict::of(Outcome::Unknown, &tried(2, None), (doubt, false), &PAUSES);
            assert_eq!(last.state, Some(DeliveryState::Unknown), "{doubt:?}");
        }
    }

    #[test]
    fn what_could_not_be_asked_about_is_asked_about_soon() {
        let row = tried(1, Some(UNCERTAIN));
        let asked = Verdict::unclear(&row, (Doubt::Asked, true), &PAUSES);
        assert_eq!((asked.state, asked.pause, asked.outcome.as_deref()), (None, PAUSES[0], Some(UNCERTAIN)));
        let last = Verdict::unclear(&tried(2, Some(UNCERTAIN)), (Doubt::Asked, true), &PAUSES);
        assert_eq!(last.state, Some(DeliveryState::Unknown));
    }

    #[test]
    fn a_no_after_an_unknown_fate_is_no_refusal() {
        let no = || Outcome::Refused { code: "43101".into() };
        let plain = Verdict::of(no(), &tried(1, None), (Doubt::Blind, true), &PAUSES);
        assert_eq!((plain.state, plain.no_consent), (Some(DeliveryState::Refused), true));
        let after = Verdict::of(no(), &tried(2, Some(UNCERTAIN)), (Doubt::Blind, true), &PAUSES);
        assert_eq!((after.state, after.no_consent), (Some(DeliveryState::Unknown), false));
    }

    #[test]
    fn doubt_outlasts_a_rate_limit_and_gives_no_ticket_back() {
        let uncertain = tried(1, Some(UNCERTAIN));
        let wait = Duration::from_secs(1);
        let rate = Verdict::of(Outcome::Rate { wait }, &uncertain, (Doubt::Blind, true), &PAUSES);
        assert_eq!((rate.state, rate.outcome.as_deref(), rate.gives_back), (None, Some(UNCERTAIN), false));
        let last = Verdict::of(Outcome::Retry, &tried(2, Some(UNCERTAIN)), (Doubt::Blind, true), &PAUSES);
        assert_eq!((last.state, last.gives_back), (Some(DeliveryState::Unknown), false));
    }

    #[test]
    fn tries_end_with_the_timetable_and_speed_does_not_count() {
        let retry = Verdict::of(Outcome::Retry, &tried(1, None), (Doubt::Blind, false), &PAUSES);
        assert_eq!((retry.state, retry.pause, retry.counts), (None, PAUSES[0], true));
        let last = Verdict::of(Outcome::Retry, &tried(2, None), (Doubt::Blind, false), &PAUSES);
        assert_eq!(last.state, Some(DeliveryState::TechnicalFailure));
        let rate = Outcome::Rate { wait: Duration::from_secs(3600) };
        let rate = Verdict::of(rate, &tried(9, None), (Doubt::Blind, false), &PAUSES);
        assert_eq!((rate.state, rate.counts, rate.rest), (None, false, Some(RATE_PAUSE)));
        assert_eq!(rate.pause, TimeDelta::seconds(3600));
    }

    #[test]
    fn a_fault_of_ours_keeps_the_message_and_rests_the_channel() {
        let fault = Verdict::of(
            Outcome::Config { code: "40037".into() },
            &tried(1, None),
            (Doubt::Blind, false),
            &PAUSES,
        );
        assert_eq!((fault.state, fault.counts, fault.rest), (None, false, Some(CONFIG_PAUSE)));
        assert!(fault.gives_back);
    }
}
