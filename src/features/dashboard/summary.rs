//! The shape of the dashboard, made from counts alone.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::clock::Timestamp;
use crate::base::problem::{Problem, Result};
use crate::features::cases::{CaseKind, Phase, Satisfaction};
use crate::features::clocks::Level;
use crate::platform::counters::Count;

/// Months that are shown, the current one included.
pub const MONTHS: usize = 24;
/// Overdue cases are counted up to here.
pub const MOST_OVERDUE: i64 = 1000;

/// An area with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ShownArea {
    /// The code.
    pub code: AreaCode,
    /// The name.
    #[schema(example = "示例镇")]
    pub name: String,
    /// How fine it is.
    pub level: AreaLevel,
}

/// Cases of one kind in one phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct PhaseCount {
    /// The kind.
    pub kind: CaseKind,
    /// The phase.
    pub phase: Phase,
    /// How many.
    #[schema(example = 12)]
    pub n: i64,
}

/// Cases of one kind in one category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CategoryCount {
    /// The kind.
    pub kind: CaseKind,
    /// The kind's own category: a hazard's field, a dispute's type, an event's category.
    #[schema(example = "road_traffic")]
    pub category: String,
    /// In all phases.
    #[schema(example = 40)]
    pub total: i64,
    /// In all phases but `closed`.
    #[schema(example = 7)]
    pub open: i64,
}

/// Cases of an area inside the one that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AreaCount {
    /// The area.
    pub area: ShownArea,
    /// Its cases by kind and phase; those without any are left out.
    pub by_phase: Vec<PhaseCount>,
}

/// Cases of one kind that were received in one month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MonthCount {
    /// `YYYY-MM`, Asia/Shanghai.
    #[schema(example = "2026-03")]
    pub month: String,
    /// The kind.
    pub kind: CaseKind,
    /// How many.
    #[schema(example = 31)]
    pub n: i64,
}

/// Open cases past their day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Overdue {
    /// How many, at most 1,000.
    #[schema(example = 3, maximum = 1000)]
    pub n: i64,
    /// Whether there are more.
    pub more: bool,
}

impl Overdue {
    /// From a count that stops one above [`MOST_OVERDUE`].
    pub fn counted(n: i64) -> Self {
        Self { n: n.min(MOST_OVERDUE), more: n > MOST_OVERDUE }
    }
}

/// Escalations that are open at one level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct LevelCount {
    /// How far up it was told.
    pub level: Level,
    /// How many.
    #[schema(example = 2)]
    pub n: i64,
}

/// How reporters of one kind of case rated how it was handled (满意率: `satisfied` by `rated`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct SatisfactionCount {
    /// The kind.
    pub kind: CaseKind,
    /// How many rated.
    #[schema(example = 20)]
    pub rated: i64,
    /// How many of them with four or five stars.
    #[schema(example = 18)]
    pub satisfied: i64,
}

/// What the dashboard shows of an area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Summary {
    /// The moment of the numbers.
    pub as_of: Timestamp,
    /// The area that they are of.
    pub area: ShownArea,
    /// By kind and phase; every pair is there.
    pub by_phase: Vec<PhaseCount>,
    /// By kind and category, of towns and coarser areas only: in a village such a number points at a household.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_category: Option<Vec<CategoryCount>>,
    /// By the areas one level below, in the order of their codes. Micro-grids are not counted and show nothing. Cases that lie in the
    /// area itself, because nobody knows more exactly where, are in none of them.
    pub by_area: Vec<AreaCount>,
    /// By month of receipt and kind, the last 24 months, oldest first; every pair is there.
    pub by_month: Vec<MonthCount>,
    /// Open cases past their day, of those that the caller may see.
    pub overdue: Overdue,
    /// Escalations of which nobody has taken note while their time runs, by level; every level is there.
    pub escalations: Vec<LevelCount>,
    /// How reporters rated, by kind; every kind is there.
    pub satisfaction: Vec<SatisfactionCount>,
}

/// What a summary is made from.
#[derive(Debug, Clone)]
pub struct Numbers {
    /// The moment.
    pub as_of: Timestamp,
    /// The area.
    pub area: ShownArea,
    /// Its counts, all families.
    pub counts: Vec<Count>,
    /// The areas one level below.
    pub inside: Vec<ShownArea>,
    /// Their counts by phase.
    pub counts_inside: Vec<Count>,
    /// Open cases past their day, counted up to one above [`MOST_OVERDUE`].
    pub overdue: i64,
    /// Open escalations by level.
    pub escalations: Vec<(Level, i64)>,
    /// How reporters rated, by kind.
    pub satisfaction: Vec<Satisfaction>,
}

/// A key of the book, see `cases/counts.rs`.
enum Key<'a> {
    Phase(CaseKind, Phase),
    Category(CaseKind, Phase, &'a str),
    Month(CaseKind, &'a str),
}

impl<'a> Key<'a> {
    fn parse(key: &'a str) -> Result<Self> {
        let strange = |_| Problem::internal("a counter of cases has a key that nobody writes");
        let parts: Vec<&str> = key.splitn(4, ':').collect();
        match parts[..] {
            ["p", kind, phase] => {
                Ok(Self::Phase(kind.parse().map_err(strange)?, phase.parse().map_err(strange)?))
            }
            ["c", kind, phase, category] => {
                Ok(Self::Category(kind.parse().map_err(strange)?, phase.parse().map_err(strange)?, category))
            }
            ["m", kind, month] => Ok(Self::Month(kind.parse().map_err(strange)?, month)),
            _ => Err(strange(String::new())),
        }
    }
}

impl Summary {
    /// The summary; 500 when a counter has a key that no program of this version writes.
    pub fn of(numbers: Numbers) -> Result<Self> {
        let mut phases = BTreeMap::new();
        let mut categories: BTreeMap<(CaseKind, &str), (i64, i64)> = BTreeMap::new();
        let mut months = BTreeMap::new();
        for count in &numbers.counts {
            match Key::parse(&count.key)? {
                Key::Phase(kind, phase) => *phases.entry((kind, phase)).or_default() += count.n,
                Key::Category(kind, phase, category) => {
                    let (total, open) = categories.entry((kind, category)).or_default();
                    *total += count.n;
                    *open += if phase == Phase::Closed { 0 } else { count.n };
                }
                Key::Month(kind, month) => *months.entry((month, kind)).or_default() += count.n,
            }
        }
        let categories = categories.into_iter().filter(|(_, (total, _))| *total != 0);
        let by_category = categories.map(|((kind, category), (total, open))| CategoryCount {
            kind,
            category: category.to_owned(),
            total,
            open,
        });
        let wide = numbers.area.level <= AreaLevel::Town;
        Ok(Self {
            as_of: numbers.as_of,
            by_phase: every_phase(&phases),
            by_category: wide.then(|| by_category.collect()),
            by_area: by_area(numbers.inside, &numbers.counts_inside)?,
            by_month: every_month(numbers.as_of, &months),
            overdue: Overdue::counted(numbers.overdue),
            escalations: numbers.escalations.into_iter().map(|(level, n)| LevelCount { level, n }).collect(),
            satisfaction: numbers.satisfaction.into_iter().map(SatisfactionCount::from).collect(),
            area: numbers.area,
        })
    }
}

impl From<Satisfaction> for SatisfactionCount {
    fn from(Satisfaction { kind, rated, satisfied }: Satisfaction) -> Self {
        Self { kind, rated, satisfied }
    }
}

fn every_phase(counted: &BTreeMap<(CaseKind, Phase), i64>) -> Vec<PhaseCount> {
    let pairs = CaseKind::ALL.iter().flat_map(|&kind| Phase::ALL.iter().map(move |&phase| (kind, phase)));
    pairs
        .map(|(kind, phase)| PhaseCount { kind, phase, n: counted.get(&(kind, phase)).copied().unwrap_or(0) })
        .collect()
}

fn every_month(now: Timestamp, counted: &BTreeMap<(&str, CaseKind), i64>) -> Vec<MonthCount> {
    let months = months_until(now);
    let pairs = months.iter().flat_map(|month| CaseKind::ALL.iter().map(move |&kind| (month, kind)));
    pairs
        .map(|(month, kind)| MonthCount {
            month: month.clone(),
            kind,
            n: counted.get(&(month.as_str(), kind)).copied().unwrap_or(0),
        })
        .collect()
}

/// The last [`MONTHS`] months as `YYYY-MM`, oldest first, the month of `now` last.
fn months_until(now: Timestamp) -> Vec<String> {
    use chrono::{Datelike, Months};
    let today = now.local_date();
    let ago = (0..MONTHS as u32).rev();
    ago.filter_map(|months| today.checked_sub_months(Months::new(months)))
        .map(|day| format!("{:04}-{:02}", day.year(), day.month()))
        .collect()
}

fn by_area(inside: Vec<ShownArea>, counts: &[Count]) -> Result<Vec<AreaCount>> {
    let mut of_area: BTreeMap<&AreaCode, Vec<PhaseCount>> = BTreeMap::new();
    for count in counts {
        if let Key::Phase(kind, phase) = Key::parse(&count.key)? {
            of_area.entry(&count.area).or_default().push(PhaseCount { kind, phase, n: count.n });
        }
    }
    let shown = inside.into_iter().map(|area| {
        let mut by_phase = of_area.remove(&area.code).unwrap_or_default();
        by_phase.sort_by_key(|count| (count.kind, count.phase));
        AreaCount { area, by_phase }
    });
    Ok(shown.collect())
}

#[cfg(test)]
#[path = "summary_tests.rs"]
mod tests;
