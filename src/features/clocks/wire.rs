//! The JSON of what is reckoned without a case.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::alert::AlertKind;
use super::calendar::{self, Arrangement};
use super::preview::WhatIf;
use super::reckoning::{Due, Point, Tells};
use super::rules::{Level, Rule, Unit};
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::problem::{Basis, Result};

/// What would be, if.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PreviewQuery {
    /// Which time.
    #[param(example = "XF-HANDLE")]
    pub rule: Rule,
    /// When it would start: a day (Asia/Shanghai), or an instant (RFC 3339) where hours or minutes count. 2000 to 9000.
    #[param(max_length = 40, example = "2026-02-01")]
    pub start: String,
    /// The day that the order or the agreement names; for rules whose `unit` is `date`, and only for those.
    #[param(max_length = 10, example = "2026-03-07")]
    pub due: Option<String>,
    /// By how many of the rule's units it would be extended.
    #[param(minimum = 1, maximum = 366, example = 30)]
    pub extension: Option<u16>,
}

/// The most units of an extension, which may be as the person signs who grants it.
const LONGEST: u16 = 366;

impl PreviewQuery {
    /// The question, or 422.
    pub fn parse(self) -> Result<WhatIf> {
        let mut check = Check::new();
        let rule = self.rule;
        let start = check.value("start", start(&self.start));
        let named = self.due.as_deref().and_then(|day| check.value("due", day_of(day)));
        match (rule.terms().unit, &self.due) {
            (Unit::Date, None) => check.refuse("due", "这一时限由文书指定日期,请给出指定的日期"),
            (Unit::Date, Some(_)) | (_, None) => {}
            (_, Some(_)) => check.refuse("due", "这一时限按规则计算,不能指定日期"),
        }
        if let Some(by) = self.extension {
            check.range("extension", by, 1, LONGEST);
            if let Some(refusal) = rule.refuses_extension(by) {
                check.refuse("extension", refusal);
            }
        }
        let extension = self.extension;
        check.finish_some(start.map(|start| WhatIf { rule, start, named, extension }))
    }
}

/// The beginning that a text names.
fn start(text: &str) -> Result<Timestamp, &'static str> {
    if let Ok(day) = day_of(text) {
        return Ok(Timestamp::start_of(day));
    }
    let at = chrono::DateTime::parse_from_rfc3339(text).map(|at| Timestamp::from(at.to_utc()));
    let at = at.map_err(|_| "应为日期(如 2026-02-01)或时间(如 2026-02-01T09:30:00+08:00)")?;
    bounded(at.local_date()).map(|_| at)
}

fn day_of(text: &str) -> Result<NaiveDate, &'static str> {
    bounded(text.parse().map_err(|_| "应为日期,如 2026-02-01")?)
}

fn bounded(day: NaiveDate) -> Result<NaiveDate, &'static str> {
    if (2000..=9000).contains(&day.year()) { Ok(day) } else { Err("应在 2000 年到 9000 年之间") }
}

/// When a time would end, and what would be told on the way there.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "rule": "YH-REINSPECT", "label": "整改复查", "unit": "day", "window": false, "start": "2026-03-03T16:00:00.000Z",
    "due_on": "2026-03-14", "due_on_rests": true, "legal_due_on": "2026-03-16", "due_at": "2026-03-14T15:59:59.999Z",
    "points": [
        { "kind": "warning", "on": "2026-03-11", "at": "2026-03-10T16:00:00.000Z", "rests": false },
        { "kind": "escalation", "level": "L2", "on": "2026-03-15", "at": "2026-03-14T16:00:00.000Z", "rests": true }
    ]
}))]
pub struct Preview {
    /// Which time.
    pub rule: Rule,
    /// What people call it.
    #[schema(value_type = String)]
    pub label: &'static str,
    /// The law that sets it; absent where the township does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
    /// What it is counted in.
    pub unit: Unit,
    /// Whether it is a time in which citizens may act.
    pub window: bool,
    /// From when it counts; the day itself is not counted.
    pub start: Timestamp,
    /// The last day, as counted (Asia/Shanghai).
    pub due_on: NaiveDate,
    /// Whether people rest on that day; absent while its year's rest days are not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on_rests: Option<bool>,
    /// The last day by law, moved off rest days; absent while they are not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_due_on: Option<NaiveDate>,
    /// The last instant of `due_on`; the instant itself where hours or minutes count.
    pub due_at: Timestamp,
    /// What is told, the earliest first.
    pub points: Vec<PointView>,
}

/// A point at which something is told.
#[derive(Debug, Serialize, ToSchema)]
pub struct PointView {
    /// Whether the handler is warned or it is told further up.
    pub kind: AlertKind,
    /// How far up; absent for a warning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// The day (Asia/Shanghai).
    pub on: NaiveDate,
    /// The instant.
    pub at: Timestamp,
    /// Whether people rest on that day; absent while its year's rest days are not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rests: Option<bool>,
}

impl Preview {
    /// The answer to `asked`.
    pub fn of(asked: WhatIf, (due, points): (Due, Vec<Point>)) -> Self {
        let terms = asked.rule.terms();
        Self {
            rule: asked.rule,
            label: asked.rule.label(),
            basis: terms.basis,
            unit: terms.unit,
            window: terms.window,
            start: asked.start,
            due_on: due.on,
            due_on_rests: rests(due.on),
            legal_due_on: due.legal_on,
            due_at: due.at,
            points: points.into_iter().map(PointView::from).collect(),
        }
    }
}

impl From<Point> for PointView {
    fn from(point: Point) -> Self {
        let level = match point.tells {
            Tells::Handler => None,
            Tells::Above(level) => Some(level),
        };
        let on = point.at.local_date();
        Self { kind: AlertKind::of(point.tells), level, on, at: point.at, rests: rests(on) }
    }
}

/// Whether people rest on `day`, where that is known.
fn rests(day: NaiveDate) -> Option<bool> {
    calendar::is_working(day).ok().map(|works| !works)
}

/// The rest days of a year, and the weekend days on which people work in exchange.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "year": 2026, "notice": "国办发明电〔2025〕7号", "rest": [{ "from": "2026-01-01", "to": "2026-01-03" }], "work": ["2026-01-04"]
}))]
pub struct YearView {
    /// The year.
    pub year: i32,
    /// The number of the State Council's notice.
    #[schema(value_type = String)]
    pub notice: &'static str,
    /// Days of rest, whatever day of the week they are; other weekends rest besides.
    pub rest: Vec<Span>,
    /// Saturdays and Sundays on which people work (调休上班).
    pub work: Vec<NaiveDate>,
}

/// Days from the first to the last.
#[derive(Debug, Serialize, ToSchema)]
pub struct Span {
    /// The first.
    pub from: NaiveDate,
    /// The last.
    pub to: NaiveDate,
}

impl YearView {
    /// The view of what was arranged for `year`.
    pub fn of(year: i32, arranged: Arrangement) -> Self {
        let rest = arranged.rest.into_iter().map(|(from, to)| Span { from, to }).collect();
        Self { year, notice: arranged.notice, rest, work: arranged.work }
    }
}
