//! Which outside channels a town has, and when it may use them.

use chrono::{NaiveTime, TimeDelta};

use super::model::Channel;
use crate::base::clock::Timestamp;
use crate::platform::web::NoticeLimits;

/// The channels that this town has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ways {
    /// The mini-program's app id, where subscribe messages go out.
    pub subscribe: Option<String>,
    /// The official account's app id, where template messages go out.
    pub template: Option<String>,
    /// Whether a gateway takes text messages.
    pub sms: bool,
}

impl Ways {
    /// Whether the town has `channel`.
    pub fn has(&self, channel: Channel) -> bool {
        match channel {
            Channel::WxSubscribe => self.subscribe.is_some(),
            Channel::WxTemplate => self.template.is_some(),
            Channel::Sms => self.sms,
        }
    }
}

/// When, and how often in a day, somebody may be disturbed. What is urgent is above both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manners {
    /// From which hour on nothing is sent, 0 to 23, Asia/Shanghai.
    pub quiet_from: u32,
    /// From which hour on it is again; the same as `quiet_from`: there is no quiet time.
    pub quiet_until: u32,
    /// Messages to one person on one day, over all notices; 0: as many as there are.
    pub daily_cap: i64,
}

impl From<&NoticeLimits> for Manners {
    fn from(limits: &NoticeLimits) -> Self {
        let NoticeLimits { quiet_from, quiet_until, daily_cap, .. } = *limits;
        Self { quiet_from, quiet_until, daily_cap: i64::from(daily_cap) }
    }
}

impl Default for Manners {
    fn default() -> Self {
        Self::from(&NoticeLimits::default())
    }
}

impl Manners {
    /// The first instant from `now` on at which something ordinary may be sent.
    pub fn from_when(&self, now: Timestamp) -> Timestamp {
        let hour = u32::try_from(seconds_of_day(now) / 3600).unwrap_or_default();
        let (from, until) = (self.quiet_from, self.quiet_until);
        let quiet = if from <= until { from <= hour && hour < until } else { hour >= from || hour < until };
        if quiet { self.next_morning(now) } else { now }
    }

    /// The next time that quiet ends, after `now`.
    pub fn next_morning(&self, now: Timestamp) -> Timestamp {
        let ends = i64::from(self.quiet_until) * 3600;
        let wait = (ends - seconds_of_day(now)).rem_euclid(86_400);
        now.plus(TimeDelta::seconds(if wait == 0 { 86_400 } else { wait }))
    }

    /// When the local day of `now` began.
    pub fn day_began(now: Timestamp) -> Timestamp {
        Timestamp::start_of(now.local_date())
    }
}

/// Seconds since local midnight. Asia/Shanghai has kept one offset since 1991.
fn seconds_of_day(now: Timestamp) -> i64 {
    now.local().time().signed_duration_since(NaiveTime::MIN).num_seconds()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        chrono::DateTime::parse_from_rfc3339(text).unwrap().to_utc().into()
    }

    #[test]
    fn the_night_waits_for_the_morning_and_the_day_does_not() {
        let manners = Manners::default();
        for (now, when) in [
            ("2026-03-02T12:00:00+08:00", "2026-03-02T12:00:00+08:00"),
            ("2026-03-02T20:59:59+08:00", "2026-03-02T20:59:59+08:00"),
            ("2026-03-02T21:00:00+08:00", "2026-03-03T08:00:00+08:00"),
            ("2026-03-03T00:30:00+08:00", "2026-03-03T08:00:00+08:00"),
            ("2026-03-03T08:00:00+08:00", "2026-03-03T08:00:00+08:00"),
        ] {
            assert_eq!(manners.from_when(at(now)), at(when), "{now}");
        }
    }

    #[test]
    fn a_quiet_time_within_one_day_and_none_at_all() {
        let noon = Manners { quiet_from: 12, quiet_until: 14, daily_cap: 0 };
        assert_eq!(noon.from_when(at("2026-03-02T13:00:00+08:00")), at("2026-03-02T14:00:00+08:00"));
        assert_eq!(noon.from_when(at("2026-03-02T14:00:00+08:00")), at("2026-03-02T14:00:00+08:00"));
        let never = Manners { quiet_from: 0, quiet_until: 0, daily_cap: 0 };
        assert_eq!(never.from_when(at("2026-03-02T00:00:00+08:00")), at("2026-03-02T00:00:00+08:00"));
    }

    #[test]
    fn a_day_begins_at_local_midnight() {
        assert_eq!(Manners::day_began(at("2026-03-02T00:30:00+08:00")), at("2026-03-02T00:00:00+08:00"));
    }
}
