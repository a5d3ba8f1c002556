//! The times of an officer as iCalendar (RFC 5545). It names case numbers and rules, and no person, title or place.

use chrono::TimeDelta;
use icalendar::{Calendar, Component, Event, EventLike, EventStatus, Property};

use super::model::OpenClock;
use crate::features::clocks::{ClockState, Unit};

/// The media type.
pub const MEDIA: &str = "text/calendar; charset=utf-8";
/// How often a program should look again.
const LOOK_AGAIN: &str = "PT1H";

/// One event for each time on its last day, and another on the last day by law where that is later.
pub fn calendar(clocks: &[OpenClock]) -> String {
    let mut calendar = Calendar::empty();
    calendar
        .append_property(("VERSION", "2.0"))
        .append_property(("PRODID", "-//wangge//deadlines 1//ZH"))
        .append_property(("CALSCALE", "GREGORIAN"))
        .name("网格期限");
    let often = Property::new("REFRESH-INTERVAL", LOOK_AGAIN).add_parameter("VALUE", "DURATION").done();
    calendar.append_property(often).append_property(("X-PUBLISHED-TTL", LOOK_AGAIN));
    for clock in clocks {
        let due = clock.due();
        let mut event = event(clock, "", clock.rule.label());
        match clock.rule.terms().unit {
            Unit::Minute | Unit::Hour => event.starts(due.at.to_utc()).ends(due.at.to_utc() + HALF_HOUR),
            Unit::Day | Unit::Workday | Unit::Date => event.starts(due.on),
        };
        calendar.push(event.done());
        if let Some(legal) = due.legal_on.filter(|legal| *legal > due.on) {
            let label = format!("{}(法定)", clock.rule.label());
            calendar.push(self::event(clock, "-legal", &label).starts(legal).done());
        }
    }
    calendar.to_string()
}

/// Long enough to be seen in a calendar of hours.
const HALF_HOUR: TimeDelta = TimeDelta::minutes(30);

/// An event without its day. The same clock is the same event however its day moves.
fn event(clock: &OpenClock, suffix: &str, label: &str) -> Event {
    let status = match clock.state {
        ClockState::Running => EventStatus::Confirmed,
        ClockState::Paused | ClockState::Met | ClockState::Missed | ClockState::Waived => {
            EventStatus::Tentative
        }
    };
    let mut event = Event::new();
    event
        .uid(&format!("{}{suffix}@wangge", clock.id))
        // When what it says was last changed: with the last step on the case.
        .timestamp(clock.updated_at.to_utc())
        .summary(&format!("{label} {}", clock.no))
        .description(&description(clock))
        .status(status)
        // Something is due; that does not make the officer busy.
        .add_property("TRANSP", "TRANSPARENT");
    event
}

fn description(clock: &OpenClock) -> String {
    let due = clock.due();
    let mut lines = vec![format!("内部期限 {}", due.on)];
    lines.extend(due.legal_on.map(|legal| format!("法定期限 {legal}")));
    if let Some(basis) = clock.rule.terms().basis {
        lines.push(format!("依据 《{}》{}", basis.law, basis.article));
    }
    if clock.state == ClockState::Paused {
        lines.push(clock.state.label().to_owned());
    }
    lines.join("\n")
}
