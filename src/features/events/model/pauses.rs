//! For how long an event may be suspended or extended.

use chrono::{NaiveDate, TimeDelta};

use super::clocks::handling;
use crate::base::problem::{Problem, Result};
use crate::features::cases::Urgency;
use crate::features::clocks::Unit;

/// The most days of one suspension.
pub const MOST_SUSPENDED_DAYS: i64 = 90;

/// 422 `until` for a day that is not after `today`, or too far away.
pub fn check_until(until: NaiveDate, today: NaiveDate) -> Result<()> {
    let latest = today + TimeDelta::days(MOST_SUSPENDED_DAYS);
    if until > today && until <= latest {
        return Ok(());
    }
    let why = format!("应晚于今天,且最多 {MOST_SUSPENDED_DAYS} 日,不晚于 {latest}");
    Err(Problem::field("until", why))
}

/// 422 `amount` for an extension that is longer than the time which it extends.
pub fn check_amount(amount: i32, urgency: Urgency) -> Result<()> {
    let terms = handling(urgency).terms();
    let most = i32::from(terms.amount);
    if (1..=most).contains(&amount) {
        return Ok(());
    }
    let unit = match terms.unit {
        Unit::Workday => "个工作日",
        Unit::Minute | Unit::Hour | Unit::Day | Unit::Date => terms.unit.label(),
    };
    Err(Problem::field("amount", format!("延期不得超过原期限,应在 1 到 {most} {unit}之间")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suspension_ends_within_ninety_days_and_not_today() {
        let today = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
        let allowed = |days| check_until(today + TimeDelta::days(days), today).is_ok();
        assert_eq!([-1, 0, 1, 90, 91].map(allowed), [false, false, true, true, false]);
    }

    #[test]
    fn an_extension_is_no_longer_than_what_it_extends() {
        let allowed = |urgency| move |amount| check_amount(amount, urgency).is_ok();
        assert_eq!([0, 1, 3, 4].map(allowed(Urgency::Normal)), [false, true, true, false]);
        assert_eq!([0, 24, 25].map(allowed(Urgency::Critical)), [false, true, false]);
    }
}
