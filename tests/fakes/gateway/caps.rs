//! What our account may send in a day of Beijing. Beyond it each gateway refuses in its own words until midnight.

use std::collections::HashMap;

use serde::Deserialize;

/// Messages a day; absent is without end.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Caps {
    subscribe: Option<u64>,
    template: Option<u64>,
    aliyun: Option<u64>,
    tencent: Option<u64>,
}

/// What is counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Capped {
    Subscribe,
    Template,
    Aliyun,
    Tencent,
}

/// The caps with what was sent so far.
#[derive(Default)]
pub struct Spent {
    caps: Caps,
    /// By day, in days since 1970.
    sent: HashMap<(Capped, i64), u64>,
}

impl Spent {
    /// Sets the caps anew; what was sent today counts.
    pub fn set(&mut self, caps: Caps) {
        self.caps = caps;
    }

    /// Counts one more message at `now`, seconds since 1970; no when the day's are used up.
    pub fn spend(&mut self, what: Capped, now: i64) -> bool {
        let cap = match what {
            Capped::Subscribe => self.caps.subscribe,
            Capped::Template => self.caps.template,
            Capped::Aliyun => self.caps.aliyun,
            Capped::Tencent => self.caps.tencent,
        };
        let sent = self.sent.entry((what, (now + 8 * 3600).div_euclid(86_400))).or_default();
        let may = cap.is_none_or(|cap| *sent < cap);
        *sent += u64::from(may);
        may
    }
}
