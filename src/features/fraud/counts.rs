//! What the figures count, kept in the transactions that cause it, and the proof that it is counted right.
//!
//! One book, keys `w:2026-W10:lead:romance` (how many, by the ISO week in Asia/Shanghai) and `y:2026:saved` (how many,
//! or fen). Leads count in the week in which they came, dissuasions in that in which they happened; a correction takes
//! away what was counted and counts what is right.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, Weekday};

use super::model::{DissuasionRow, LeadRow};
use super::store::{dissuasions, leads};
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::clock::Timestamp;
use crate::base::problem::{Problem, Result};
use crate::features::notices::FraudType;
use crate::platform::counters::{self, Count, Difference};
use crate::platform::db::{DbConnection, Tx};

/// The book that these counters are kept in.
const BOOK: &str = "fraud";

crate::text_enum! {
    /// What is counted by week and fraud.
    pub enum Ledger {
        Lead = "lead" "涉诈线索",
        Dissuasion = "dissuasion" "劝阻",
    }
}

crate::text_enum! {
    /// What is counted by year.
    pub enum Yearly {
        Leads = "leads" "涉诈线索件数",
        Dissuasions = "dissuasions" "劝阻次数",
        AtRisk = "at_risk" "涉及金额(分)",
        Saved = "saved" "止损金额(分)",
    }
}

/// A week of ISO 8601: Monday to Sunday, of the year in which its Thursday lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Week {
    year: i32,
    number: u32,
}

impl Week {
    /// The week of a day.
    pub fn of(day: NaiveDate) -> Self {
        let week = day.iso_week();
        Self { year: week.year(), number: week.week() }
    }

    /// Its Monday.
    pub fn monday(self) -> NaiveDate {
        NaiveDate::from_isoywd_opt(self.year, self.number, Weekday::Mon).unwrap_or_default()
    }

    /// The year that it belongs to.
    pub fn year(self) -> i32 {
        self.year
    }
}

/// As in `2026-W10`.
impl std::fmt::Display for Week {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-W{:02}", self.year, self.number)
    }
}

impl std::str::FromStr for Week {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (year, number) = text.split_once("-W").ok_or(())?;
        Ok(Self { year: year.parse().map_err(drop)?, number: number.parse().map_err(drop)? })
    }
}

fn weekly(at: Timestamp, ledger: Ledger, fraud_type: FraudType) -> String {
    format!("w:{}:{ledger}:{fraud_type}", Week::of(at.local_date()))
}

fn yearly(at: Timestamp, counted: Yearly) -> String {
    format!("y:{:04}:{counted}", at.local_date().year())
}

/// What a lead is counted under.
fn of_lead(at: Timestamp, fraud_type: FraudType) -> Vec<String> {
    vec![weekly(at, Ledger::Lead, fraud_type), yearly(at, Yearly::Leads)]
}

/// What a dissuasion is counted under, and how much.
fn of_dissuasion(at: Timestamp, fraud_type: FraudType, at_risk: i64, saved: i64) -> [(Vec<String>, i64); 3] {
    let once = vec![weekly(at, Ledger::Dissuasion, fraud_type), yearly(at, Yearly::Dissuasions)];
    [(once, 1), (vec![yearly(at, Yearly::AtRisk)], at_risk), (vec![yearly(at, Yearly::Saved)], saved)]
}

fn add(tx: &mut Tx, area: &AreaCode, keys: &[String], n: i64) -> Result<()> {
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    counters::add(tx, BOOK, area, &keys, n)
}

/// Counts a lead that was just reported.
pub fn count_lead(tx: &mut Tx, row: &LeadRow) -> Result<()> {
    add(tx, &row.area_code, &of_lead(row.created_at, row.fraud_type), 1)
}

/// Counts a lead that was of another fraud before.
pub fn recount_lead(tx: &mut Tx, was: FraudType, row: &LeadRow) -> Result<()> {
    if was == row.fraud_type {
        return Ok(());
    }
    add(tx, &row.area_code, &[weekly(row.created_at, Ledger::Lead, was)], -1)?;
    add(tx, &row.area_code, &[weekly(row.created_at, Ledger::Lead, row.fraud_type)], 1)
}

/// Counts an entry of the ledger (`times` 1), or takes it away again (-1).
pub fn count_dissuasion(tx: &mut Tx, row: &DissuasionRow, times: i64) -> Result<()> {
    for (keys, n) in of_dissuasion(row.happened_at, row.fraud_type, row.at_risk_fen, row.saved_fen) {
        add(tx, &row.area_code, &keys, times * n)?;
    }
    Ok(())
}

/// Leads or dissuasions of one fraud in one week.
pub type WeekCounts = BTreeMap<(Week, Ledger, FraudType), i64>;
/// What an area has by year.
pub type YearCounts = BTreeMap<(i32, Yearly), i64>;

fn strange(key: &str) -> Problem {
    Problem::internal(format!("a count is kept under {key}"))
}

/// Counts of `area` by week and fraud in the ISO years `years`; one range of an index for each.
pub fn weeks_of(c: &mut DbConnection, area: &AreaCode, years: &[i32]) -> Result<WeekCounts> {
    let mut weeks = WeekCounts::new();
    for year in years {
        for Count { key, n, .. } in read(c, std::slice::from_ref(area), &format!("w:{year:04}-W"))? {
            let words: Vec<&str> = key.split(':').collect();
            let [_, week, ledger, fraud_type] = words[..] else { return Err(strange(&key)) };
            let week = week.parse().map_err(|()| strange(&key))?;
            let ledger = ledger.parse().map_err(|_| strange(&key))?;
            let fraud_type = fraud_type.parse().map_err(|_| strange(&key))?;
            *weeks.entry((week, ledger, fraud_type)).or_default() += n;
        }
    }
    Ok(weeks)
}

/// Counts of each of `areas` by year; of all years when none is named.
pub fn years_of(
    c: &mut DbConnection,
    areas: &[AreaCode],
    year: Option<i32>,
) -> Result<BTreeMap<AreaCode, YearCounts>> {
    let family = year.map_or("y:".to_owned(), |year| format!("y:{year:04}:"));
    let mut years = BTreeMap::<_, YearCounts>::new();
    for Count { area, key, n } in read(c, areas, &family)? {
        let words: Vec<&str> = key.split(':').collect();
        let [_, year, counted] = words[..] else { return Err(strange(&key)) };
        let year = year.parse().map_err(|_| strange(&key))?;
        let counted = counted.parse().map_err(|_| strange(&key))?;
        *years.entry(area).or_default().entry((year, counted)).or_default() += n;
    }
    Ok(years)
}

/// The counts of `areas` whose key begins with `family`. Of provinces, which have no counts of their own, the sum.
fn read(c: &mut DbConnection, areas: &[AreaCode], family: &str) -> Result<Vec<Count>> {
    match areas {
        [area] if area.level() < AreaLevel::District => {
            let counts = counters::read(c, BOOK, area, None)?;
            Ok(counts.into_iter().filter(|count| count.key.starts_with(family)).collect())
        }
        areas => counters::read_each(c, BOOK, areas, family),
    }
}

/// Where the counters differ from counting leads and dissuasions themselves.
pub fn compare(c: &mut DbConnection) -> Result<Vec<Difference>> {
    let mut truth: Vec<(AreaCode, Vec<String>, i64)> = Vec::new();
    for lead in leads::tally(c)? {
        truth.push((lead.area, of_lead(lead.at, lead.fraud_type), 1));
    }
    for entry in dissuasions::tally(c)? {
        for (keys, n) in of_dissuasion(entry.at, entry.fraud_type, entry.at_risk_fen, entry.saved_fen) {
            truth.push((entry.area.clone(), keys, n));
        }
    }
    counters::compare(c, BOOK, truth.into_iter())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_week_belongs_to_the_year_of_its_thursday() {
        for (day, week, monday) in [
            ("2026-03-02", "2026-W10", "2026-03-02"),
            ("2027-01-03", "2026-W53", "2026-12-28"),
            ("2024-12-30", "2025-W01", "2024-12-30"),
        ] {
            let found = Week::of(day.parse().unwrap());
            assert_eq!((found.to_string().as_str(), found.monday().to_string().as_str()), (week, monday));
            assert_eq!(week.parse(), Ok(found));
        }
    }

    #[test]
    fn a_night_in_china_counts_in_its_own_day() {
        // 2026-12-31T16:30:00Z is half past midnight on 1 January.
        let at = Timestamp::from_millis(1_798_734_600_000);
        assert_eq!(yearly(at, Yearly::Leads), "y:2027:leads");
        assert_eq!(weekly(at, Ledger::Lead, FraudType::Other), "w:2026-W53:lead:other");
    }
}
