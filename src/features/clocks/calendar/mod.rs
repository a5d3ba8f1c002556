//! Which days are working days (工作日), and counting with them.
//!
//! Weekends rest and other days work, unless a notice of the State Council says otherwise. The answer for a day
//! beyond the notices that we have is 503 `calendar_missing`, never a guess (decision 0014).

mod notices;

use std::sync::LazyLock;

use chrono::{Datelike, Days as Span, NaiveDate, Weekday};

use crate::base::problem::{Code, Problem, Result};
use notices::{NOTICES, Notice};

/// From this day of December on, the notice of the next year may say otherwise: at New Year 2019 people rested from
/// the 30th and worked on Saturday the 29th.
const NEW_YEAR_REACHES_BACK_TO: u32 = 28;

static TABLE: LazyLock<Table> = LazyLock::new(Table::read);

/// Whether people work on `day`.
pub fn is_working(day: NaiveDate) -> Result<bool> {
    let place = day.signed_duration_since(TABLE.first).num_days();
    let place = usize::try_from(place).map_err(|_| missing(day))?;
    TABLE.working.get(place).copied().ok_or_else(|| missing(day))
}

/// `day` itself when people work on it, else the next day on which they do (民法典 203).
pub fn on_or_after(day: NaiveDate) -> Result<NaiveDate> {
    let mut day = day;
    while !is_working(day)? {
        day = next(day);
    }
    Ok(day)
}

/// The working day that is `n` working days after `day`, which is not counted itself (民法典 201).
pub fn after(day: NaiveDate, n: u16) -> Result<NaiveDate> {
    let (mut day, mut left) = (day, n);
    while left > 0 {
        day = next(day);
        left -= u16::from(is_working(day)?);
    }
    Ok(day)
}

/// The working day that is `n` working days before `day`; `day` itself for 0.
pub fn before(day: NaiveDate, n: u16) -> Result<NaiveDate> {
    let (mut day, mut left) = (day, n);
    while left > 0 {
        day = day.pred_opt().ok_or_else(|| missing(day))?;
        left -= u16::from(is_working(day)?);
    }
    Ok(day)
}

/// How many working days there are after `start` until `end`, which is counted; 0 when `end` is not later.
pub fn between(start: NaiveDate, end: NaiveDate) -> Result<u16> {
    let (mut day, mut n) = (start, 0);
    while day < end {
        day = next(day);
        n += u16::from(is_working(day)?);
    }
    Ok(n)
}

/// What a notice arranged: everything that is not as weekends and other days usually are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrangement {
    /// The number of the notice.
    pub notice: &'static str,
    /// Rest days, from the first to the last; the first may lie in December of the year before.
    pub rest: Vec<(NaiveDate, NaiveDate)>,
    /// Weekend days on which people work (调休上班).
    pub work: Vec<NaiveDate>,
}

/// The arrangement of `year`; 503 `calendar_missing` when no notice of it is known.
pub fn arrangement(year: i32) -> Result<Arrangement> {
    let notice = NOTICES.iter().find(|notice| notice.year == year).ok_or_else(|| {
        let detail = format!("系统尚无 {year} 年的放假安排(国务院办公厅通知)");
        Problem::because(Code::CalendarMissing, detail)
    })?;
    let rest = notice.rest.iter().map(|(from, to)| (notice.date(*from), notice.date(*to)));
    let work = notice.work.iter().map(|day| notice.date(*day));
    Ok(Arrangement { notice: notice.no, rest: rest.collect(), work: work.collect() })
}

/// The last day that is known.
pub fn last_known() -> NaiveDate {
    TABLE.first + Span::new(TABLE.working.len().saturating_sub(1) as u64)
}

fn next(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap_or(day)
}

fn missing(day: NaiveDate) -> Problem {
    let reaches_back = day.month() == 12 && day.day() >= NEW_YEAR_REACHES_BACK_TO;
    let year = day.year() + i32::from(reaches_back && day >= TABLE.first);
    let detail = format!("系统尚无 {year} 年的放假安排(国务院办公厅通知),不能计算 {day} 是否为工作日");
    Problem::because(Code::CalendarMissing, detail)
}

/// Every known day in order.
struct Table {
    first: NaiveDate,
    working: Vec<bool>,
}

impl Table {
    fn read() -> Self {
        let year = |notice: Option<&Notice>| notice.map_or(0, |notice| notice.year);
        let (from, until) = (year(NOTICES.first()), year(NOTICES.last()));
        let first = NaiveDate::from_ymd_opt(from, 1, 1).unwrap_or_default();
        let end = NaiveDate::from_ymd_opt(until, 12, NEW_YEAR_REACHES_BACK_TO).unwrap_or_default();
        let weekend = |day: NaiveDate| matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        let mut working: Vec<bool> =
            first.iter_days().take_while(|day| *day < end).map(|day| !weekend(day)).collect();
        let mut set = |day: NaiveDate, works: bool| {
            let place = usize::try_from(day.signed_duration_since(first).num_days());
            if let Some(known) = place.ok().and_then(|place| working.get_mut(place)) {
                *known = works;
            }
        };
        for notice in NOTICES {
            for (from, to) in notice.rest {
                let (from, to) = (notice.date(*from), notice.date(*to));
                from.iter_days().take_while(|day| *day <= to).for_each(|day| set(day, false));
            }
            notice.work.iter().for_each(|day| set(notice.date(*day), true));
        }
        Self { first, working }
    }
}

impl Notice {
    /// The date of a day of this notice; the epoch for a day that no calendar has, which a test excludes.
    fn date(&self, (month, day): notices::Day) -> NaiveDate {
        let year = if month == 12 { self.year - 1 } else { self.year };
        NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
