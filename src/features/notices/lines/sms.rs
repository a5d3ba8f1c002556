//! How a notice looks as a text message, whom it goes to, and through which of the town's gateways.
//!
//! A gateway that is broken or refuses our account rests, and the next one sends meanwhile. What may have been taken by
//! one of them is asked about there before anything is sent again.

use std::sync::Arc;

use super::health::Health;
use super::shown::{Shown, text};
use super::{Addresses, Came, Letter, Prepared};
use crate::base::clock::Timestamp;
use crate::base::problem::Result as Answer;
use crate::features::households;
use crate::features::notices::delivery::{DeliveryState, Sending, Verdict};
use crate::features::notices::model::NoticeRow;
use crate::features::notices::store::receipts::Report;
use crate::platform::db::Tx;
use crate::platform::privacy::Vault;
use crate::platform::push::Outcome;
use crate::platform::push::sms::{Sms, SmsGateway, SmsKnown, SmsMessage, SmsQuestion, SmsReceipt, SmsResult};

/// The text messages of a town.
pub struct TextMessages {
    /// Opens the sealed numbers.
    vault: Arc<Vault>,
    /// The gateways, the first first.
    gateways: Vec<(Arc<Sms>, Health)>,
}

impl TextMessages {
    /// Text messages through `gateways`, of which the first that works is taken.
    pub fn new(vault: Arc<Vault>, gateways: Vec<Arc<Sms>>) -> Self {
        Self { vault, gateways: gateways.into_iter().map(|sms| (sms, Health::default())).collect() }
    }

    /// The first gateway that does not rest.
    pub fn awake(&self, now: Timestamp) -> Option<SmsGateway> {
        let awake = self.gateways.iter().find(|(_, health)| !health.is_resting(now));
        awake.map(|(sms, _)| sms.gateway())
    }

    /// Whether nothing can be expected of any gateway for the time being.
    pub fn are_down(&self, now: Timestamp) -> bool {
        self.gateways.iter().all(|(_, health)| health.is_down(now))
    }

    fn named(&self, gateway: SmsGateway) -> Option<&(Arc<Sms>, Health)> {
        self.gateways.iter().find(|(sms, _)| sms.gateway() == gateway)
    }

    /// How the gateway of this name fares.
    pub fn health(&self, gateway: &str) -> Option<&Health> {
        self.named(gateway.parse().ok()?).map(|(_, health)| health)
    }

    /// The numbers of those of a wave who have one.
    pub fn addresses(&self, tx: &mut Tx, rows: &[Sending]) -> Answer<Addresses> {
        let residents: Vec<_> = rows.iter().map(|row| row.resident_id).collect();
        let phones = households::phones_of(tx, &self.vault, &residents)?;
        Ok(Addresses { phones, ..Addresses::default() })
    }

    /// The letter of a delivery, or how the delivery ends without one.
    pub fn prepare(&self, row: &Sending, notice: &NoticeRow, at: &Addresses) -> Prepared {
        let Some(to) = at.phones.get(&row.resident_id).cloned() else {
            return Err(Verdict::ends(DeliveryState::PermanentFailure, "no_phone"));
        };
        // The one that is awake, or where a message in doubt went, which is asked about it.
        let Some(gateway) = row.gateway.as_deref().and_then(|word| word.parse().ok()) else {
            return Err(Verdict::later(super::SOON, "rests"));
        };
        let values = Shown::ALL.iter().map(|shown| (shown.as_str(), text(*shown, notice))).collect();
        let message = SmsMessage { reference: row.id.to_string(), to, values };
        Ok(Letter::Sms(gateway, message))
    }

    /// Asks for what is in doubt, and sends what is not, or turns out not to have been taken.
    pub async fn send(&self, row: &Sending, (gateway, message): (SmsGateway, &SmsMessage)) -> Came {
        let Some((sms, _)) = self.named(gateway) else {
            return Came::of(Outcome::Config { code: "no_gateway".to_owned() });
        };
        if row.is_uncertain() {
            let sent_at = row.tried_at.unwrap_or_else(|| Timestamp::from_millis(0));
            let reference = message.reference.clone();
            match sms.ask(&SmsQuestion { reference, to: message.to.clone(), sent_at }).await {
                SmsKnown::Reported(receipt) => return Came::Report(reported(receipt)),
                SmsKnown::Waiting { gateway_no } => {
                    return Came::of(Outcome::Accepted { provider_ref: Some(gateway_no) });
                }
                SmsKnown::Silent => return Came::Unsaid,
                SmsKnown::Unclear(_) => return Came::Unclear,
                SmsKnown::Absent => return Came::Anew(sms.send(message).await),
            }
        }
        Came::of(sms.send(message).await)
    }
}

/// How a message stands after the carrier has spoken.
pub const fn read_result(result: SmsResult) -> DeliveryState {
    match result {
        SmsResult::Delivered => DeliveryState::Delivered,
        SmsResult::Failed => DeliveryState::TemporaryFailure,
        SmsResult::Refused => DeliveryState::Refused,
    }
}

fn reported(receipt: SmsReceipt) -> Report {
    let known = |text: String| Some(text).filter(|text| !text.is_empty());
    Report {
        state: read_result(receipt.result),
        code: known(receipt.code),
        number: known(receipt.gateway_no),
    }
}
