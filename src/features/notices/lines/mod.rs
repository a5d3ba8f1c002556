//! The outside channels of a town, one [`Line`] each: how a notice looks there, and what can be done when its fate is not
//! known.

mod health;
mod shown;
mod sms;
mod subscribe;
mod template;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;

use super::delivery::{DeliveryState, Doubt, Sending, Verdict};
use super::model::{Channel, NoticeRow};
use super::store::receipts::Report;
use super::waves::Ready;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::base::sensitive::Phone;
use crate::features::sessions::{self, Recipient, WxIdentity};
use crate::platform::access::Resident;
use crate::platform::db::Tx;
use crate::platform::push::sms::{SmsGateway, SmsMessage};
use crate::platform::push::wechat::{OfficialAccount, SubscribeMessage, TemplateMessage};
use crate::platform::push::{Outcome, WeChat};

pub use health::Health;
pub use shown::{Misfit, Shown};
pub use sms::{TextMessages, read_result};
pub use subscribe::Subscribe;
pub use template::Template;

/// After what pause a message is looked at again that found nobody awake.
const SOON: TimeDelta = TimeDelta::seconds(5);

/// A message that is ready to leave, or how its delivery goes on without it.
pub type Prepared = std::result::Result<Letter, Verdict>;

/// A message as one of the channels takes it.
#[derive(Debug, Clone)]
pub enum Letter {
    /// By the mini-program.
    Subscribe(SubscribeMessage),
    /// By the official account.
    Template(TemplateMessage),
    /// By a gateway for text messages.
    Sms(SmsGateway, SmsMessage),
}

/// What came of a try.
#[derive(Debug)]
pub enum Came {
    /// The gateway's answer.
    Of(Outcome),
    /// The same, after it was made sure that the try before was not taken: there is no doubt any more.
    Anew(Outcome),
    /// The gateway was asked, and knows what became of the try before.
    Report(Report),
    /// It did not leave: another of its wave had just been told to wait, or its turn came too late.
    Held,
    /// The gateway was asked, and does not know yet.
    Unsaid,
    /// The gateway could not be asked; nothing else left.
    Unclear,
}

impl Came {
    fn of(outcome: Outcome) -> Self {
        Self::Of(outcome)
    }
}

/// One channel with its gateways.
pub enum Line {
    /// The mini-program's subscribe messages.
    Subscribe(Arc<WeChat>, Subscribe, Health),
    /// The official account's template messages.
    Template(Arc<OfficialAccount>, Template, Health),
    /// Text messages.
    Sms(TextMessages),
}

impl Line {
    /// Subscribe messages through `wechat`.
    pub fn subscribe(wechat: Arc<WeChat>, look: Subscribe) -> Self {
        Self::Subscribe(wechat, look, Health::default())
    }

    /// Template messages through `account`.
    pub fn template(account: Arc<OfficialAccount>, look: Template) -> Self {
        Self::Template(account, look, Health::default())
    }

    /// Which channel it is.
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Subscribe(..) => Channel::WxSubscribe,
            Self::Template(..) => Channel::WxTemplate,
            Self::Sms(_) => Channel::Sms,
        }
    }

    /// What can be done about a message that may have arrived.
    pub const fn doubt(&self) -> Doubt {
        match self {
            Self::Subscribe(..) => Doubt::Blind,
            Self::Template(..) => Doubt::Keyed,
            Self::Sms(_) => Doubt::Asked,
        }
    }

    /// The gateway by which messages leave now, where the channel has several; none when all of them rest.
    pub fn gateway(&self, now: Timestamp) -> Option<SmsGateway> {
        match self {
            Self::Subscribe(..) | Self::Template(..) => None,
            Self::Sms(texts) => texts.awake(now),
        }
    }

    /// Whether no gateway of it may be called now.
    pub fn is_resting(&self, now: Timestamp) -> bool {
        match self {
            Self::Subscribe(_, _, health) | Self::Template(_, _, health) => health.is_resting(now),
            Self::Sms(texts) => texts.awake(now).is_none(),
        }
    }

    /// Whether the gateway that would be called seems to be down, so that one message is enough to find out.
    pub fn is_doubtful(&self, now: Timestamp) -> bool {
        match self {
            Self::Subscribe(_, _, health) | Self::Template(_, _, health) => health.is_doubtful(),
            Self::Sms(texts) => {
                let awake = texts.awake(now).and_then(|gateway| texts.health(gateway.as_str()));
                awake.is_some_and(Health::is_doubtful)
            }
        }
    }

    /// Whether nothing can be expected of any of its gateways for the time being.
    pub fn is_down(&self, now: Timestamp) -> bool {
        match self {
            Self::Subscribe(_, _, health) | Self::Template(_, _, health) => health.is_down(now),
            Self::Sms(texts) => texts.are_down(now),
        }
    }

    /// How the gateway fares that a letter goes to.
    pub fn health(&self, letter: &Letter) -> Option<&Health> {
        match (self, letter) {
            (Self::Subscribe(_, _, health) | Self::Template(_, _, health), _) => Some(health),
            (Self::Sms(texts), Letter::Sms(gateway, _)) => texts.health(gateway.as_str()),
            (Self::Sms(_), _) => None,
        }
    }

    /// Where those of a wave are reached over this channel.
    pub fn addresses(&self, tx: &mut Tx, rows: &[Sending]) -> Result<Addresses> {
        match self {
            Self::Subscribe(_, look, _) => Addresses::at_wechat(tx, &look.appid, rows),
            Self::Template(_, look, _) => Addresses::at_wechat(tx, &look.appid, rows),
            Self::Sms(texts) => texts.addresses(tx, rows),
        }
    }

    /// The letter of a delivery, or how the delivery goes on without one.
    pub fn prepare(&self, now: Timestamp, row: &Sending, notice: &NoticeRow, at: &Addresses) -> Prepared {
        match self {
            Self::Subscribe(_, look, _) => look.prepare(row, notice, at),
            Self::Template(_, look, _) => look.prepare(now, row, notice, at),
            Self::Sms(texts) => texts.prepare(row, notice, at),
        }
    }

    /// Takes what those that are about to leave use up; takes out those who have none of it and answers how they end.
    pub fn draw(&self, tx: &mut Tx, leaving: &mut Vec<Ready>) -> Result<Vec<(Sending, Verdict)>> {
        match self {
            Self::Subscribe(_, look, _) => look.draw(tx, leaving),
            Self::Template(..) | Self::Sms(_) => Ok(vec![]),
        }
    }

    /// Sends a letter that [`Self::prepare`] made.
    pub async fn send(&self, row: &Sending, letter: &Letter) -> Came {
        match (self, letter) {
            (Self::Subscribe(wechat, ..), Letter::Subscribe(message)) => {
                Came::of(wechat.send_subscribe(message).await)
            }
            (Self::Template(account, ..), Letter::Template(message)) => Came::of(account.send(message).await),
            (Self::Sms(texts), Letter::Sms(gateway, message)) => texts.send(row, (*gateway, message)).await,
            _ => Came::of(Outcome::Permanent { code: "other_channel".to_owned() }),
        }
    }

    /// Enters what a try says beyond the delivery itself.
    pub fn settle(&self, tx: &mut Tx, row: &Sending, verdict: &Verdict) -> Result<()> {
        match self {
            Self::Subscribe(_, look, _) => look.settle(tx, row, verdict),
            Self::Template(..) | Self::Sms(_) => Ok(()),
        }
    }
}

/// Where residents are reached, looked up for a whole wave at once.
#[derive(Debug, Default)]
pub struct Addresses {
    names: BTreeMap<Id<WxIdentity>, Recipient>,
    phones: BTreeMap<Id<Resident>, Phone>,
}

impl Addresses {
    fn at_wechat(tx: &mut Tx, appid: &str, rows: &[Sending]) -> Result<Self> {
        let residents: Vec<_> = rows.iter().map(|row| row.resident_id.uuid()).collect();
        let names = sessions::recipients(tx, appid, &residents)?;
        Ok(Self { names: names.into_iter().map(|name| (name.identity, name)).collect(), ..Self::default() })
    }

    /// The WeChat name of a delivery, as long as it stands for the resident.
    fn name(&self, row: &Sending) -> Option<&Recipient> {
        self.names.get(&row.identity_id?).filter(|name| name.resident == row.resident_id.uuid())
    }
}

/// What a report on a delivery in doubt makes of it.
pub(super) fn verdict_of(report: &Report) -> Verdict {
    let state = Some(report.state);
    let provider_ref = report.number.clone();
    let sent = matches!(report.state, DeliveryState::Sent | DeliveryState::Delivered);
    Verdict {
        state,
        counts: true,
        outcome: report.code.clone().filter(|_| !sent),
        provider_ref,
        ..Verdict::default()
    }
}
