//! The JSON of progress.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::actions::Own;
use super::due::DueBy;
use crate::base::clock::Timestamp;
use crate::features::cases::{self, Action, CaseKind, Phase, RatingView, shown_id};
use crate::features::timeline::{self, Entry};

/// How far somebody's own case is, in words for people who know no procedures.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "event_01h455vb4pex5vsknk084sn02q", "no": "SJ-500114119-2026-00042", "kind": "event", "title": "示例:路灯不亮",
    "phase": "working", "now": "已派给示例应急站,等待处理",
    "next": { "what": "处理完毕", "due_on": "2026-03-05", "late": false, "text": "处理完毕,应在3月5日前" },
    "passed": [{ "at": "2026-03-02T01:30:00.000Z", "words": "已收到您的反映" }, { "at": "2026-03-02T02:00:00.000Z", "words": "已受理" }],
    "version": 3, "actions": []
}))]
pub struct ProgressView {
    /// Under its kind's own prefix.
    pub id: String,
    /// Unique in the country.
    pub no: String,
    /// The procedure.
    pub kind: CaseKind,
    /// In short, as it was reported.
    pub title: String,
    /// How far it is.
    pub phase: Phase,
    /// Where it stands now, Chinese.
    pub now: String,
    /// Until when it rests, and why as far as that was said; only while it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waits: Option<WaitView>,
    /// What comes next; absent when nothing does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<NextView>,
    /// The way so far, oldest first.
    pub passed: Vec<PassedView>,
    /// How it was rated; absent before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating: Option<RatingView>,
    /// Counts the steps; give it as `If-Match`.
    pub version: i32,
    /// What the caller may do now.
    pub actions: Vec<Action>,
}

/// That a case rests.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitView {
    /// Until this day (Asia/Shanghai).
    pub until: NaiveDate,
    /// Why, as far as that was said to the reporter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What comes next.
#[derive(Debug, Serialize, ToSchema)]
pub struct NextView {
    /// What, Chinese.
    pub what: &'static str,
    /// By which day (Asia/Shanghai); absent when no time runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// Whether that day, or hour, has passed.
    pub late: bool,
    /// All this in a sentence.
    pub text: String,
}

/// A step that was taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct PassedView {
    /// When.
    pub at: Timestamp,
    /// What it meant, Chinese.
    pub words: &'static str,
    /// What was said with it to the reporter, or by them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl ProgressView {
    /// The view.
    pub fn of(own: Own) -> Self {
        let mut actions = own.followed.actions.clone();
        actions.extend(rating_button(&own));
        let Own { file, followed, entries, rating, now, .. } = own;
        let due = DueBy::first(&file.clocks.view(), now);
        let progress = followed.progress;
        let why = timeline::last_words(&entries).map(str::to_owned);
        Self {
            id: shown_id(file.kind, file.id),
            no: file.no,
            kind: file.kind,
            title: file.title,
            phase: file.phase,
            now: progress.now,
            waits: progress.rests_until.map(|until| WaitView { until, why }),
            next: progress.next.map(|what| NextView::of(what, due)),
            passed: entries.into_iter().filter_map(|entry| PassedView::of(entry, followed.passed)).collect(),
            rating: rating.map(RatingView::from),
            version: file.version,
            actions,
        }
    }
}

impl NextView {
    fn of(what: &'static str, due: Option<DueBy>) -> Self {
        let text = due.as_ref().map_or_else(|| what.to_owned(), |due| format!("{what},{}", due.words));
        let late = due.as_ref().is_some_and(|due| due.late);
        Self { what, due_on: due.map(|due| due.on), late, text }
    }
}

impl PassedView {
    /// The step in words; none for one that is not told, and for one that only a newer program knows.
    fn of(entry: Entry, passed: fn(&str) -> Option<&'static str>) -> Option<Self> {
        let words = match entry.step.as_str() {
            "report" => "已收到您的反映",
            "rate" => "您已评价",
            step => passed(step)?,
        };
        Some(Self { at: entry.at, words, note: entry.note })
    }
}

/// The button to rate: from the result on until it is rated; blocked once it is too late.
fn rating_button(own: &Own) -> Option<Action> {
    if !own.rates || own.rating.is_some() || !own.followed.progress.rateable {
        return None;
    }
    Some(Action {
        step: "rate",
        label: "评价",
        href: format!("/api/v1/me/cases/{}/rating", shown_id(own.file.kind, own.file.id)),
        fields: &["stars"],
        blocked: cases::rating_bar(&own.file, &own.followed.progress, own.now).map(|(_, why)| why),
    })
}
