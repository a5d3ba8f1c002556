//! What the gateways know: money, numbers, messages, and when the carrier will speak.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::Deserialize;

use super::Gateway;
use super::acs3::Nonces;

/// How the carrier behaves. Shares are percentages.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Receipts {
    pub seed: u64,
    /// From taking a message to the carrier's word.
    pub delay_ms: u64,
    /// Further delay, up to so much: later ones overtake earlier ones.
    pub spread_ms: u64,
    /// Pushed twice.
    pub duplicated: f64,
    /// The carrier never speaks.
    pub never: f64,
    /// Did not arrive, for `code`.
    pub failed: f64,
    pub code: String,
}

impl Default for Receipts {
    fn default() -> Self {
        let code = "UNDELIV".to_owned();
        Self { seed: 0, delay_ms: 0, spread_ms: 0, duplicated: 0.0, never: 0.0, failed: 0.0, code }
    }
}

/// What may be set.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// Messages that are paid for; absent is without end.
    pub balance: Option<u64>,
    /// Numbers whose owners opted out.
    pub blacklist: HashSet<String>,
    pub receipts: Receipts,
}

/// One message that was taken.
#[derive(Debug, Clone)]
pub struct Message {
    pub gateway: Gateway,
    pub phone: String,
    pub reference: String,
    pub number: String,
    /// Seconds since 1970.
    pub taken_at: i64,
    content: String,
    /// When the carrier speaks, unless it never does.
    pub speaks: Option<Instant>,
    /// Twice, if so.
    pub twice: bool,
    /// `None` is that it arrived.
    pub failed: Option<String>,
}

impl Message {
    /// Whether the carrier has spoken.
    pub fn is_reported(&self) -> bool {
        self.speaks.is_some_and(|at| at <= Instant::now())
    }
}

/// The books of both gateways.
#[derive(Default)]
pub struct Book {
    pub rules: Rules,
    pub nonces: Nonces,
    rng: Option<StdRng>,
    /// By number, the oldest first.
    taken: HashMap<String, Vec<Message>>,
    count: u64,
}

impl Book {
    /// Sets the rules anew.
    pub fn set(&mut self, rules: Rules) {
        self.rng = Some(StdRng::seed_from_u64(rules.receipts.seed));
        self.rules = rules;
    }

    /// How many messages `gateway` took for `phone` since `since`, and whether one of them since `recently` said the same.
    pub fn before(&self, gateway: Gateway, phone: &str, since: i64) -> impl Iterator<Item = &Message> {
        let all = self.taken.get(phone).map(Vec::as_slice).unwrap_or_default();
        all.iter().filter(move |message| message.gateway == gateway && message.taken_at >= since)
    }

    /// Whether the same was said to `phone` since `since`.
    pub fn repeats(&self, gateway: Gateway, phone: &str, content: &str, since: i64) -> bool {
        self.before(gateway, phone, since).any(|message| message.content == content)
    }

    /// Takes one message; no when there is no money left.
    pub fn take(
        &mut self,
        gateway: Gateway,
        phone: &str,
        reference: &str,
        content: String,
        now: i64,
    ) -> Option<Message> {
        if let Some(balance) = &mut self.rules.balance {
            *balance = balance.checked_sub(1)?;
        }
        self.count += 1;
        let number = match gateway {
            Gateway::Aliyun => format!("9006195{:08}^0", self.count),
            Gateway::Tencent => format!("5000:1045710669{:08}", self.count),
        };
        let receipts = &self.rules.receipts;
        let rng = self.rng.get_or_insert_with(|| StdRng::seed_from_u64(0));
        let mut hits = |share: f64| share > 0.0 && rng.random_range(0.0..100.0) < share;
        let (never, twice) = (hits(receipts.never), hits(receipts.duplicated));
        let failed = hits(receipts.failed).then(|| receipts.code.clone());
        let failed = if self.rules.blacklist.contains(phone) { Some("MBBLACK".to_owned()) } else { failed };
        let spread = if receipts.spread_ms > 0 { rng.random_range(0..receipts.spread_ms) } else { 0 };
        let speaks = Instant::now() + Duration::from_millis(receipts.delay_ms + spread);
        let message = Message {
            gateway,
            phone: phone.to_owned(),
            reference: reference.to_owned(),
            number,
            taken_at: now,
            content,
            speaks: (!never).then_some(speaks),
            twice,
            failed,
        };
        self.taken.entry(phone.to_owned()).or_default().push(message.clone());
        Some(message)
    }
}
