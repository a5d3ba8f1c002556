//! Times that come round with the calendar: something is due for each period, by a day of the period after it. They
//! belong to a timetable and to no case, so they run no clock.

use chrono::{Datelike, Days, Months, NaiveDate, TimeDelta};

use super::reckoning::{Due, Point, Tells};
use super::rules::Level;
use crate::base::clock::Timestamp;

crate::text_enum! {
    /// What is due regularly; CW is 村务公开, BG the annual report.
    pub enum Regular {
        Quarter = "CW-QUARTER" "村务按季公开",
        Month = "CW-MONTH" "村务按月公开",
        Annual = "BG-ANNUAL" "法治政府建设年度报告",
    }
}

impl Regular {
    /// What sets it: the Party's own regulation of the annual report is not published article by article.
    pub const fn source(self) -> &'static str {
        match self {
            Self::Quarter | Self::Month => "重庆市实施《中华人民共和国村民委员会组织法》办法第三十条",
            Self::Annual => "法治政府建设与责任落实督察工作规定(厅字〔2019〕28号)",
        }
    }

    /// The first day of the period that holds `day`.
    pub fn period(self, day: NaiveDate) -> NaiveDate {
        let month = match self {
            Self::Month => day.month0(),
            Self::Quarter => day.month0() / 3 * 3,
            Self::Annual => 0,
        };
        day.with_day(1).and_then(|first| first.with_month0(month)).unwrap_or(day)
    }

    /// Until when it is due for the period that holds `day`: by the 15th of the month after it, the annual report by
    /// 1 March. These are days of the calendar and not the end of a time that is counted, so they do not move off rest days.
    pub fn due(self, day: NaiveDate) -> Due {
        let next = self.next(day);
        Due::named(match self {
            Self::Quarter | Self::Month => next + Days::new(14),
            Self::Annual => next + Months::new(2),
        })
    }

    /// The first day of the period after that of `day`.
    fn next(self, day: NaiveDate) -> NaiveDate {
        let months = match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Annual => 12,
        };
        self.period(day) + Months::new(months)
    }

    /// What is told of the period that holds `day`, the earliest first: a warning at the beginning of its day,
    /// an escalation when its day has passed.
    pub fn points(self, day: NaiveDate) -> Vec<Point> {
        let due = self.due(day).on;
        let (warn, escalate): (NaiveDate, &[(i64, Level)]) = match self {
            Self::Quarter | Self::Month => (due - Days::new(5), &[(0, Level::Village), (1, Level::Town)]),
            Self::Annual => (due - Months::new(1), &[(0, Level::Leader)]),
        };
        let warning = Point { at: Timestamp::start_of(warn), tells: Tells::Handler };
        let above = escalate.iter().map(|(after, level)| {
            let at = Timestamp::start_of(due + TimeDelta::days(after + 1));
            Point { at, tells: Tells::Above(*level) }
        });
        std::iter::once(warning).chain(above).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn each_period_is_due_in_the_one_after_it() {
        for (regular, within, first, due) in [
            (Regular::Quarter, "2026-02-28", "2026-01-01", "2026-04-15"),
            (Regular::Quarter, "2026-12-31", "2026-10-01", "2027-01-15"),
            (Regular::Month, "2026-01-31", "2026-01-01", "2026-02-15"),
            (Regular::Month, "2026-12-01", "2026-12-01", "2027-01-15"),
            (Regular::Annual, "2026-08-09", "2026-01-01", "2027-03-01"),
            (Regular::Annual, "2028-02-29", "2028-01-01", "2029-03-01"),
        ] {
            assert_eq!(regular.period(day(within)), day(first), "{regular} {within}");
            assert_eq!(regular.due(day(within)), Due::named(day(due)), "{regular} {within}");
        }
    }

    #[test]
    fn it_is_warned_of_before_and_told_further_up_afterwards() {
        let told = |regular: Regular, within: &str| -> Vec<_> {
            let points = regular.points(day(within)).into_iter();
            points.map(|point| (point.at.local_date().to_string(), point.tells)).collect()
        };
        let at = |day: &str, tells| (day.to_owned(), tells);
        let expected = [
            at("2026-04-10", Tells::Handler),
            at("2026-04-16", Tells::Above(Level::Village)),
            at("2026-04-17", Tells::Above(Level::Town)),
        ];
        assert_eq!(told(Regular::Quarter, "2026-03-31"), expected);
        let expected = [at("2027-02-01", Tells::Handler), at("2027-03-02", Tells::Above(Level::Leader))];
        assert_eq!(told(Regular::Annual, "2026-03-31"), expected);
        for &regular in Regular::ALL {
            assert!(regular.points(day("2026-05-05")).is_sorted(), "{regular}");
        }
    }
}
