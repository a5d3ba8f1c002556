//! When a time ends, and what is to be told on the way there.

use chrono::{Days, NaiveDate, TimeDelta};

use super::calendar;
use super::rules::{Level, Rule, Terms, Unit};
use crate::base::clock::Timestamp;
use crate::base::problem::Result;

/// The end of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The last day, as counted: the promise that the office keeps itself.
    pub on: NaiveDate,
    /// The last day by law: moved off rest days (民法典 203). None as long as the State Council has not said
    /// which days of that year are rest days.
    pub legal_on: Option<NaiveDate>,
    /// The last instant of `on`, or, for minutes and hours, the instant itself.
    pub at: Timestamp,
}

/// What is told at a point of a time's way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tells {
    /// Whoever has the case, that the end is near.
    Handler,
    /// This level, that there is no end yet.
    Above(Level),
}

/// A point at which something is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// When.
    pub at: Timestamp,
    /// What to whom.
    pub tells: Tells,
}

impl Due {
    /// The end of a time whose last day is named by an order or an agreement: that very day, also by law.
    pub fn named(day: NaiveDate) -> Self {
        Self { on: day, legal_on: Some(day), at: Timestamp::end_of(day) }
    }

    /// The last instant at which it is in time by law.
    pub fn lawful_until(self) -> Timestamp {
        self.legal_on.filter(|day| *day > self.on).map_or(self.at, Timestamp::end_of)
    }
}

impl Rule {
    /// The end of this rule's time when it starts at `start`, whose day is not counted (民法典 201).
    /// 503 `calendar_missing` for working days in a year that is not known. Of a [`Unit::Date`] the day of `start`
    /// itself: such a time is named, see [`Due::named`].
    pub fn due(self, start: Timestamp) -> Result<Due> {
        let Terms { amount, unit, .. } = self.terms();
        self.counted(unit, start, amount)
    }

    /// `due` moved on by `by` of the rule's units; days for a [`Unit::Date`].
    pub fn extended(self, due: Due, by: u16) -> Result<Due> {
        self.counted(self.terms().unit, due.at, by)
    }

    /// `due` after a pause from `from` to `to`: as much time is left as there was. What was late stays as late.
    pub fn resumed(self, due: Due, from: Timestamp, to: Timestamp) -> Result<Due> {
        let (stopped, resumed) = (from.local_date(), to.local_date());
        match self.terms().unit {
            Unit::Minute | Unit::Hour => Ok(instant(due.at.plus(to.since(from)))),
            Unit::Workday if due.on > stopped => {
                self.counted(Unit::Workday, to, calendar::between(stopped, due.on)?)
            }
            // Its last day had begun, so it ends on the day on which work goes on.
            Unit::Workday if due.on == stopped => self.counted(Unit::Workday, start_of_work(resumed)?, 0),
            Unit::Workday => Ok(due),
            Unit::Day | Unit::Date => {
                let on = due.on + (resumed - stopped);
                Ok(self.ending(on))
            }
        }
    }

    /// `due` with the legal day filled in, if it has become known since.
    pub fn settled(self, due: Due) -> Due {
        Due { legal_on: due.legal_on.or_else(|| self.ending(due.on).legal_on), ..due }
    }

    /// Every point at which something is told on the way to `due` and beyond it, the earliest first.
    pub fn points(self, due: Due) -> Result<Vec<Point>> {
        let Terms { warn, escalate, .. } = self.terms();
        let warnings = warn.iter().map(|n| (*n, Tells::Handler));
        let further_up = escalate.iter().map(|(n, level)| (*n, Tells::Above(*level)));
        let point = |(n, tells)| Ok(Point { at: self.point(due, n, tells)?, tells });
        let mut points = warnings.chain(further_up).map(point).collect::<Result<Vec<_>>>()?;
        points.sort_unstable();
        Ok(points)
    }

    /// Where the point lies, once the end has moved from `before` to `after`, that lay at `at`; none when none did.
    pub fn moved_point(self, at: Timestamp, before: Due, after: Due) -> Result<Option<Timestamp>> {
        let place = self.points(before)?.iter().position(|point| point.at == at);
        let points = self.points(after)?;
        Ok(place.and_then(|place| points.get(place)).map(|point| point.at))
    }

    /// The next point at which something is to be told, strictly after `after`.
    pub fn next_point(self, due: Due, after: Timestamp) -> Result<Option<Point>> {
        Ok(self.points(due)?.into_iter().find(|point| point.at > after))
    }

    fn point(self, due: Due, n: i16, tells: Tells) -> Result<Timestamp> {
        let Terms { amount, unit, .. } = self.terms();
        let ahead = i64::from(n) - i64::from(amount);
        let day = match unit {
            Unit::Minute => return Ok(due.at.plus(TimeDelta::minutes(ahead))),
            Unit::Hour => return Ok(due.at.plus(TimeDelta::hours(ahead))),
            Unit::Workday => calendar::before(due.on, u16::try_from(-ahead).unwrap_or(0))?,
            Unit::Day | Unit::Date => due.on + TimeDelta::days(ahead),
        };
        // A warning leaves its day to act; an escalation says that its day has passed.
        Ok(match tells {
            Tells::Handler => Timestamp::start_of(day),
            Tells::Above(_) => Timestamp::start_of(day + Days::new(1)),
        })
    }

    /// The end of `amount` units from `start`.
    fn counted(self, unit: Unit, start: Timestamp, amount: u16) -> Result<Due> {
        let day = start.local_date();
        match unit {
            Unit::Minute => Ok(instant(start.plus(TimeDelta::minutes(amount.into())))),
            Unit::Hour => Ok(instant(start.plus(TimeDelta::hours(amount.into())))),
            Unit::Workday => {
                let on = calendar::after(day, amount)?;
                Ok(Due { on, legal_on: Some(on), at: Timestamp::end_of(on) })
            }
            Unit::Day | Unit::Date => Ok(self.ending(day + Days::new(amount.into()))),
        }
    }

    /// The end of a time that was counted in days and ends on `on`.
    fn ending(self, on: NaiveDate) -> Due {
        let legal_on = match self.terms().unit {
            // Nothing else can go wrong there than that the year is not known yet.
            Unit::Day => calendar::on_or_after(on).ok(),
            Unit::Minute | Unit::Hour | Unit::Workday | Unit::Date => Some(on),
        };
        Due { on, legal_on, at: Timestamp::end_of(on) }
    }
}

/// The beginning of `day`, or of the next working day when it is a rest day.
fn start_of_work(day: NaiveDate) -> Result<Timestamp> {
    calendar::on_or_after(day).map(Timestamp::start_of)
}

/// The end of a time that was counted in minutes or hours.
fn instant(at: Timestamp) -> Due {
    let on = at.local_date();
    Due { on, legal_on: Some(on), at }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// Half past ten in the morning of a day.
    fn morning(text: &str) -> Timestamp {
        Timestamp::start_of(day(text)).plus(TimeDelta::minutes(630))
    }

    #[test]
    fn fifteen_and_sixty_days_end_where_the_law_ends_them() {
        for (start, fifteen, lawful_15, sixty, lawful_60) in [
            ("2022-01-28", "2022-02-12", "2022-02-14", "2022-03-29", "2022-03-29"),
            ("2022-09-19", "2022-10-04", "2022-10-08", "2022-11-18", "2022-11-18"),
            ("2022-09-28", "2022-10-13", "2022-10-13", "2022-11-27", "2022-11-28"),
            ("2022-12-16", "2022-12-31", "2023-01-03", "2023-02-14", "2023-02-14"),
            ("2024-02-05", "2024-02-20", "2024-02-20", "2024-04-05", "2024-04-07"),
            ("2025-01-20", "2025-02-04", "2025-02-05", "2025-03-21", "2025-03-21"),
        ] {
            for (rule, on, legal) in
                [(Rule::TriagePetition, fifteen, lawful_15), (Rule::HandlePetition, sixty, lawful_60)]
            {
                let due = rule.due(morning(start)).unwrap();
                assert_eq!((due.on, due.legal_on), (day(on), Some(day(legal))), "{start} {rule}");
                assert_eq!(due.at, Timestamp::end_of(day(on)));
                assert_eq!(due.lawful_until(), Timestamp::end_of(day(legal)));
            }
        }
    }

    #[test]
    fn working_days_hours_and_minutes_end_as_they_are_counted() {
        let due = |rule: Rule| rule.due(morning("2022-09-28")).unwrap();
        assert_eq!(due(Rule::ObjectToPetition).on, day("2022-10-10"));
        assert_eq!(due(Rule::Disclose).legal_on, Some(day("2022-10-31")));
        assert_eq!(due(Rule::AcceptEvent).at, morning("2022-09-29"));
        assert_eq!(due(Rule::AcceptCriticalEvent).at, morning("2022-09-28").plus(TimeDelta::minutes(15)));
        // Late in the evening of China, when it is still afternoon in Greenwich.
        let night = Timestamp::start_of(day("2022-09-29")).plus(TimeDelta::minutes(-1));
        assert_eq!(Rule::ObjectToPetition.due(night).unwrap().on, day("2022-10-10"));
    }

    #[test]
    fn the_legal_day_is_left_open_and_working_days_are_refused_while_a_year_is_unknown() {
        let last = calendar::last_known();
        let start = Timestamp::start_of(last - TimeDelta::days(20));
        let due = Rule::Mediate.due(start).unwrap();
        assert_eq!((due.on, due.legal_on), (last + TimeDelta::days(10), None));
        assert_eq!(due.lawful_until(), due.at);
        let refusal = Rule::Disclose.due(start).unwrap_err();
        assert_eq!(refusal.code().as_str(), "calendar_missing");
        assert_eq!(Due::named(day("2099-01-04")).legal_on, Some(day("2099-01-04")), "nothing to be reckoned");
    }

    #[test]
    fn a_pause_leaves_as_much_time_as_there_was() {
        let paused = |rule: Rule, start: &str, from: &str, to: &str| {
            let due = rule.due(morning(start)).unwrap();
            rule.resumed(due, morning(from), morning(to)).unwrap()
        };
        assert_eq!(paused(Rule::Mediate, "2026-03-02", "2026-03-10", "2026-03-17").on, day("2026-04-08"));
        // Three working days from Wednesday; two are left on Thursday evening, and the pause ends on Saturday.
        let due = paused(Rule::HandleEvent, "2026-03-04", "2026-03-05", "2026-03-14");
        assert_eq!((due.on, due.legal_on), (day("2026-03-17"), Some(day("2026-03-17"))));
        let due = paused(Rule::AcceptEvent, "2026-03-02", "2026-03-02", "2026-03-04");
        assert_eq!((due.at, due.on), (morning("2026-03-05"), day("2026-03-05")));
    }

    #[test]
    fn a_pause_on_the_last_day_ends_on_the_day_on_which_work_goes_on() {
        let due = Rule::HandleEvent.due(morning("2026-03-02")).unwrap();
        assert_eq!(due.on, day("2026-03-05"));
        for (resumed, on) in
            [("2026-03-05", "2026-03-05"), ("2026-03-12", "2026-03-12"), ("2026-03-14", "2026-03-16")]
        {
            let moved = Rule::HandleEvent.resumed(due, morning("2026-03-05"), morning(resumed)).unwrap();
            assert_eq!((moved.on, moved.at), (day(on), Timestamp::end_of(day(on))), "{resumed}");
        }
    }

    #[test]
    fn what_was_late_before_a_pause_stays_as_late() {
        let due = Rule::HandleEvent.due(morning("2026-03-02")).unwrap();
        let resumed = Rule::HandleEvent.resumed(due, morning("2026-03-10"), morning("2026-03-20")).unwrap();
        assert_eq!(resumed, due);
    }

    #[test]
    fn warnings_come_with_their_day_and_escalations_after_it() {
        let due = Rule::Reinspect.due(morning("2026-03-02")).unwrap();
        let points = Rule::Reinspect.points(due).unwrap();
        let told: Vec<_> = points.iter().map(|point| (point.at, point.tells)).collect();
        let midnight = |text| Timestamp::start_of(day(text));
        let expected = [
            (midnight("2026-03-09"), Tells::Handler),
            (midnight("2026-03-13"), Tells::Above(Level::Town)),
            (midnight("2026-03-14"), Tells::Above(Level::Leader)),
            (midnight("2026-03-16"), Tells::Above(Level::District)),
        ];
        assert_eq!(told, expected);
        let due = Rule::HandleEvent.due(morning("2026-03-05")).unwrap(); // Thursday, so until Tuesday
        let first = Rule::HandleEvent.next_point(due, morning("2026-03-05")).unwrap().unwrap();
        assert_eq!((first.at, first.tells), (midnight("2026-03-09"), Tells::Handler));
    }

    #[test]
    fn an_extension_is_counted_from_the_end_that_was() {
        let due = Rule::HandlePetition.due(morning("2022-09-28")).unwrap();
        let extended = Rule::HandlePetition.extended(due, 30).unwrap();
        assert_eq!((extended.on, extended.legal_on), (day("2022-12-27"), Some(day("2022-12-27"))));
        let named = Rule::Rectify.extended(Due::named(day("2026-03-07")), 7).unwrap();
        assert_eq!(named, Due::named(day("2026-03-14")));
    }
}
