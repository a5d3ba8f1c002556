//! The JSON of times and alerts.

use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::model::{DueScope, OpenClock, ShownAlert};
use super::store::Feed;
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::day::optional_day;
use crate::base::id::Id;
use crate::base::page::{Page, PageQuery, PageRequest, Place};
use crate::base::problem::{Basis, Problem, Result};
use crate::features::cases::{Case, CaseKind, shown_id};
use crate::features::clocks::{Alert, AlertKind, Clock, ClockState, Due, Level, Rule};
use crate::platform::access::RandomSecret;

/// Which times.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DueQuery {
    /// `desk` (default): of the cases on my desk; `areas`: of all cases in my areas, for those who lead there.
    pub scope: Option<DueScope>,
    /// Only what is due by this day (Asia/Shanghai).
    #[serde(default, deserialize_with = "optional_day")]
    #[param(example = "2026-03-14")]
    pub until: Option<NaiveDate>,
    /// How many rows, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// The `next` of the page before.
    #[param(max_length = 64)]
    pub cursor: Option<String>,
}

impl DueQuery {
    /// The page asked for, or 422.
    pub fn page(&self) -> Result<PageRequest> {
        PageQuery { limit: self.limit, cursor: self.cursor.clone() }.parse()
    }
}

/// The case of a time or an alert.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseOf {
    /// Under its kind's own prefix.
    #[schema(example = "hazard_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// Unique in the country.
    #[schema(example = "YH-500114119-2026-00042")]
    pub no: String,
    /// The procedure.
    pub kind: CaseKind,
    /// In short.
    #[schema(example = "弯道护栏松动")]
    pub title: String,
    /// Where it lies.
    pub area_code: AreaCode,
}

impl CaseOf {
    fn of(kind: CaseKind, id: Id<Case>, no: String, title: String, area_code: AreaCode) -> Self {
        Self { id: shown_id(kind, id), no, kind, title, area_code }
    }
}

/// A time that runs.
#[derive(Debug, Serialize, ToSchema)]
pub struct DueView {
    /// The clock.
    pub id: Id<Clock>,
    /// Which time.
    #[schema(example = "YH-REINSPECT")]
    pub rule: Rule,
    /// What people call it.
    #[schema(value_type = String, example = "整改复查")]
    pub label: &'static str,
    /// The law that sets it; absent where the township does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
    /// Whether it is a time in which citizens may act: it is no debt of the office.
    pub window: bool,
    /// Whether it runs or is paused.
    pub state: ClockState,
    /// The last day, as counted (Asia/Shanghai).
    pub due_on: NaiveDate,
    /// The last day by law, moved off rest days; absent until the year's rest days are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_due_on: Option<NaiveDate>,
    /// The last instant of `due_on`; the instant itself where hours or minutes count.
    pub due_at: Timestamp,
    /// Whether that has passed.
    pub overdue: bool,
    /// Days until `due_on`, 0 on the day itself, negative afterwards; absent while it is paused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 3)]
    pub days_left: Option<i64>,
    /// The same in working days; also absent until the year's rest days are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 1)]
    pub working_days_left: Option<i64>,
    /// The case.
    pub case: CaseOf,
}

impl DueView {
    /// The view of `clock` at `now`.
    pub fn of(clock: OpenClock, now: Timestamp) -> Self {
        let (terms, due, today) = (clock.rule.terms(), clock.due(), now.local_date());
        Self {
            id: clock.id,
            rule: clock.rule,
            label: clock.rule.label(),
            basis: terms.basis,
            window: terms.window,
            state: clock.state,
            due_on: due.on,
            legal_due_on: due.legal_on,
            due_at: due.at,
            overdue: clock.state == ClockState::Running && now > due.at,
            days_left: clock.days_left(today),
            working_days_left: clock.working_days_left(today),
            case: CaseOf::of(clock.kind, clock.case_id, clock.no, clock.title, clock.area_code),
        }
    }
}

/// What comes before a cursor of alerts: whether it lies among those that are open.
const OPEN: &str = "o";
const CLOSED: &str = "c";

/// A page of alerts: open ones come before the others, whatever their time.
#[derive(Debug, Clone, Copy)]
pub struct AlertPage {
    /// Whether the page begins among those that are open.
    pub among_open: bool,
    /// Size and place.
    pub request: PageRequest,
}

impl AlertPage {
    /// The page asked for, or 422.
    pub fn parse(query: &PageQuery) -> Result<Self> {
        let cursor = query.cursor.as_deref();
        let (among_open, cursor) = match cursor.map(|cursor| cursor.split_at_checked(1)) {
            None => (true, None),
            Some(Some((OPEN, cursor))) => (true, Some(cursor.to_owned())),
            Some(Some((CLOSED, cursor))) => (false, Some(cursor.to_owned())),
            Some(_) => return Err(Problem::field("cursor", "不是本列表给出的翻页位置")),
        };
        let request = PageQuery { limit: query.limit, cursor }.parse()?;
        Ok(Self { among_open, request })
    }

    /// The page from what the database gave, open ones first.
    pub fn page(&self, rows: Vec<ShownAlert>) -> Page<ShownAlert> {
        let page = self.request.page(rows, |row| Place { at: row.told_at, id: row.id.uuid() });
        let open = page.items.last().is_some_and(ShownAlert::is_open);
        let next = page.next.map(|next| format!("{}{next}", if open { OPEN } else { CLOSED }));
        Page { next, ..page }
    }
}

/// What was told.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlertView {
    /// The alert.
    pub id: Id<Alert>,
    /// Whether the handler is warned or it is told further up.
    pub kind: AlertKind,
    /// To which level it was told; absent when it was told to the handler.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// What to tell people.
    #[schema(example = "“整改复查”应于 2026-03-14 前完成,尚未办结")]
    pub text: String,
    /// When it was to be told.
    pub at: Timestamp,
    /// When it was told.
    pub told_at: Timestamp,
    /// Whether that was late: the server was away, or the time had begun to run when it was over.
    pub late: bool,
    /// Whether somebody should still take note: nobody has, and the time has not ended.
    pub open: bool,
    /// When somebody took note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged_at: Option<Timestamp>,
    /// Which time.
    #[schema(example = "YH-REINSPECT")]
    pub rule: Rule,
    /// What people call it.
    #[schema(value_type = String, example = "整改复查")]
    pub label: &'static str,
    /// The law that sets it; absent where the township does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
    /// What the clock does now.
    pub clock: ClockState,
    /// The last day, as counted.
    pub due_on: NaiveDate,
    /// The last day by law.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_due_on: Option<NaiveDate>,
    /// The case.
    pub case: CaseOf,
}

/// Told later than this, it was late: the timetable looks three times a minute.
const LATE: TimeDelta = TimeDelta::minutes(10);

impl From<ShownAlert> for AlertView {
    fn from(alert: ShownAlert) -> Self {
        let due = Due { on: alert.due_on, legal_on: alert.legal_due_on, at: alert.due_at };
        let late = alert.told_at.since(alert.at) > LATE;
        Self {
            id: alert.id,
            kind: alert.kind,
            level: alert.level,
            text: text(&alert, late),
            at: alert.at,
            told_at: alert.told_at,
            late,
            open: alert.is_open(),
            acknowledged_at: alert.acknowledged_at,
            rule: alert.rule,
            label: alert.rule.label(),
            basis: alert.rule.terms().basis,
            clock: alert.state,
            due_on: alert.due_on,
            legal_due_on: alert.rule.settled(due).legal_on,
            case: CaseOf::of(alert.case_kind, alert.case_id, alert.no, alert.title, alert.case_area),
        }
    }
}

fn text(alert: &ShownAlert, late: bool) -> String {
    let (rule, due) = (alert.rule.label(), alert.due_on);
    let said = match alert.kind {
        AlertKind::Warning if alert.rule.terms().window => {
            format!("“{rule}”至 {due} 届满,请提醒当事人")
        }
        AlertKind::Warning => format!("“{rule}”将于 {due} 到期,请及时办理"),
        AlertKind::Escalation if alert.at > alert.due_at => format!("“{rule}”已过期限 {due},尚未办结"),
        AlertKind::Escalation => format!("“{rule}”应于 {due} 前完成,尚未办结"),
    };
    if !late {
        return said;
    }
    let at = alert.at.local().format("%Y-%m-%d %H:%M");
    format!("{said}(本应于 {at} 提醒,现补发)")
}

/// What a calendar feed is to hold.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "scope": "desk" }))]
pub struct FeedBody {
    /// Whose times.
    pub scope: DueScope,
}

/// One's calendar feed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "scope": "desk", "created_at": "2026-03-05T01:30:00.000Z",
    "href": "/api/v1/me/calendar.ics?token=bm90IGEgcmVhbCBzZWNyZXQsIGp1c3QgYW4gZXhhbXBsZQ"
}))]
pub struct FeedView {
    /// Whose times it holds.
    pub scope: DueScope,
    /// Since when.
    pub created_at: Timestamp,
    /// Where a calendar program fetches it; with its secret, so only in the first answer to making it. When that was lost,
    /// make another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub href: Option<String>,
}

impl FeedView {
    /// The view, with the address where the secret is at hand.
    pub fn of(feed: Feed, secret: Option<&RandomSecret>) -> Self {
        let href = secret.map(|secret| format!("/api/v1/me/calendar.ics?token={}", secret.expose()));
        Self { scope: feed.scope, created_at: feed.created_at, href }
    }
}

/// Which feed.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FeedQuery {
    /// The secret, as in the address that was given.
    #[param(max_length = 64, example = "bm90IGEgcmVhbCBzZWNyZXQsIGp1c3QgYW4gZXhhbXBsZQ")]
    pub token: String,
}
