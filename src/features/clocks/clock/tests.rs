use chrono::TimeDelta;

use super::*;
use crate::features::clocks::rules::Unit;
use crate::platform::access::{AreaScope, policy, system};

fn area() -> AreaInScope {
    let everywhere: AreaScope = system::<policy::SeeCases>("a test").scope().clone();
    AreaInScope::found(&everywhere, &"500114119201001".parse().unwrap()).unwrap()
}

/// Half past ten in the morning of the `n`th of March 2026; the 2nd is a Monday.
fn morning(n: u32) -> Timestamp {
    let day = NaiveDate::from_ymd_opt(2026, 3, n).unwrap();
    Timestamp::start_of(day).plus(TimeDelta::minutes(630))
}

fn clock(rule: Rule, start: u32) -> ClockRow {
    let begin = morning(start);
    ClockRow::started(Uuid::nil(), &area(), rule, (begin, rule.due(begin).unwrap()), begin).unwrap()
}

#[test]
fn it_is_met_until_the_last_moment_of_the_legal_day_and_missed_after_it() {
    // Ten days from the 4th end on Saturday the 14th, by law on Monday the 16th.
    let stopped = |now: Timestamp| {
        let mut clock = clock(Rule::Reinspect, 4);
        clock.stop(None, now);
        (clock.state, clock.stopped_at, clock.next_at)
    };
    let end = Timestamp::end_of(NaiveDate::from_ymd_opt(2026, 3, 16).unwrap());
    assert_eq!(stopped(end), (ClockState::Met, Some(end), None));
    let late = end.plus(TimeDelta::milliseconds(1));
    assert_eq!(stopped(late), (ClockState::Missed, Some(late), None));
}

#[test]
fn hours_are_met_to_the_millisecond() {
    let mut clock = clock(Rule::AcceptEvent, 4);
    clock.stop(None, morning(5).plus(TimeDelta::milliseconds(1)));
    assert_eq!(clock.state, ClockState::Missed);
}

#[test]
fn what_the_phone_did_in_time_counts_and_both_times_are_kept() {
    let mut clock = clock(Rule::AcceptEvent, 4);
    clock.stop(Some(morning(5)), morning(9));
    assert_eq!((clock.state, clock.stopped_at), (ClockState::Met, Some(morning(9))));
    assert_eq!(clock.happened_at, Some(morning(5)));
    let mut other = self::clock(Rule::AcceptEvent, 4);
    other.stop(Some(morning(12)), morning(9));
    assert_eq!((other.state, other.happened_at), (ClockState::Missed, None), "a phone that runs fast");
}

#[test]
fn a_pause_moves_the_end_and_is_counted() {
    let mut clock = clock(Rule::Reinspect, 4);
    clock.pause(morning(6));
    let warning = Timestamp::start_of(NaiveDate::from_ymd_opt(2026, 3, 11).unwrap());
    assert_eq!((clock.state, clock.next_at), (ClockState::Paused, Some(warning)));
    clock.pause(morning(8));
    clock.resume(morning(9)).unwrap();
    clock.resume(morning(10)).unwrap();
    assert_eq!((clock.state, clock.due_on.to_string()), (ClockState::Running, "2026-03-17".to_owned()));
    assert_eq!((clock.paused_seconds, clock.paused_at), (3 * 86_400, None));
    assert_eq!(clock.next_at, Some(warning.plus(TimeDelta::days(3))));
}

/// Walks every rule through a pause before and after each of its points, told and untold.
#[test]
fn a_pause_between_two_points_loses_none_and_repeats_none() {
    for &rule in Rule::ALL {
        let begin = morning(2);
        let due = match rule.terms().unit {
            Unit::Date => Due::named(NaiveDate::from_ymd_opt(2026, 3, 12).unwrap()),
            Unit::Minute | Unit::Hour | Unit::Day | Unit::Workday => rule.due(begin).unwrap(),
        };
        let points = rule.points(due).unwrap();
        for (place, point) in points.iter().enumerate() {
            for (told, away) in [(true, 5), (false, 5), (true, 0), (false, 0), (true, 6), (false, 6)] {
                let mut clock = ClockRow::started(Uuid::nil(), &area(), rule, (begin, due), begin).unwrap();
                clock.next_at = Some(point.at);
                if told {
                    clock.next_at = points.get(place + 1).map(|next| next.at);
                }
                // Five seconds after its moment, so the timetable may or may not have come round.
                let paused = point.at.plus(TimeDelta::seconds(5));
                let resumed = paused.plus(TimeDelta::days(away)).plus(TimeDelta::seconds(1));
                clock.pause(paused);
                clock.resume(resumed).unwrap();
                let after = rule.points(clock.due()).unwrap();
                let next = if told { after.get(place + 1) } else { after.get(place) };
                assert_eq!(clock.next_at, next.map(|next| next.at), "{rule} {place} {told} {away}");
                assert!(told || clock.next_at.is_some(), "{rule} {place} {away}: it is still told");
                let later = clock.next_at.is_none_or(|next| next > resumed);
                assert!(!told || later, "{rule} {place} {away}: the next is told when it comes");
            }
        }
    }
}

#[test]
fn no_time_goes_by_while_it_is_paused() {
    let mut clock = clock(Rule::AcceptEvent, 4);
    clock.pause(morning(4).plus(TimeDelta::hours(1)));
    clock.stop(None, morning(20));
    assert_eq!((clock.state, clock.paused_at), (ClockState::Met, None));
    assert_eq!(clock.paused_seconds, (16 * 24 - 1) * 3600);
}

#[test]
fn it_is_extended_once_as_far_as_the_rule_allows_and_only_in_time() {
    let refusal = |rule: Rule, by: u16, now: u32, before: &dyn Fn(&mut ClockRow)| {
        let mut clock = clock(rule, 2);
        before(&mut clock);
        let problem = clock.extend(by, morning(now)).unwrap_err();
        assert_eq!(problem.code(), Code::GuardRefused);
        problem.detail().to_owned()
    };
    assert!(refusal(Rule::Reinspect, 1, 3, &|_| ()).contains("不能延长"));
    assert!(refusal(Rule::HandleEvent, 4, 3, &|_| ()).contains("最多延长 3 工作日"));
    assert!(refusal(Rule::HandleEvent, 1, 6, &|_| ()).contains("已超期"));
    assert!(refusal(Rule::HandleEvent, 1, 3, &|c| c.pause(morning(2))).contains("没有在计时"));
    assert!(refusal(Rule::HandleEvent, 1, 3, &|c| c.extend(1, morning(3)).unwrap()).contains("一次"));
    let mut clock = clock(Rule::HandleEvent, 2);
    clock.extend(3, morning(5)).unwrap();
    assert_eq!((clock.due_on.to_string(), clock.extended_by), ("2026-03-10".to_owned(), Some(3)));
}

#[test]
fn a_refusal_rests_on_the_law_of_the_rule() {
    let mut clock = clock(Rule::Mediate, 2);
    let refusal = clock.extend(31, morning(3)).unwrap_err();
    assert_eq!(refusal.body("").basis.unwrap().article, "第三十三条");
}

#[test]
fn a_waived_clock_keeps_the_reason_and_tells_nothing_more() {
    let mut clock = clock(Rule::ConfirmInCourt, 2);
    clock.waive("案卷已结案", morning(3));
    assert_eq!((clock.state, clock.next_at), (ClockState::Waived, None));
    assert_eq!(clock.waived_because.as_deref(), Some("案卷已结案"));
}
