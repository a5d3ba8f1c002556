//! The JSON of progress.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::actions::{Became, Own};
use super::due::DueBy;
use crate::base::clock::Timestamp;
use crate::features::cases::{self, Action, CaseFile, CaseKind, Phase, Progress, RatingView, shown_id};
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
    /// What comes next, also as another case; absent when nothing does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<NextView>,
    /// The case of the same reporter as which it goes on; absent when it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goes_on_as: Option<GoesOnView>,
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

/// The case as which another goes on: its way is followed there.
#[derive(Debug, Serialize, ToSchema)]
pub struct GoesOnView {
    /// Under its kind's own prefix.
    #[schema(example = "hazard_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// Its number.
    #[schema(example = "YH-500114119-2026-00042")]
    pub no: String,
    /// Its procedure.
    pub kind: CaseKind,
    /// How far it is.
    pub phase: Phase,
    /// All this in a sentence.
    #[schema(example = "已转为安全隐患继续办理(YH-500114119-2026-00042):已要求整改")]
    pub text: String,
    /// Where its way is followed.
    #[schema(example = "/api/v1/me/cases/hazard_01h455vb4pex5vsknk084sn02q/progress")]
    pub href: String,
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
        let Own { file, followed, entries, rating, became, now, .. } = own;
        let progress = followed.progress;
        let next = match &became {
            Some(became) => NextView::in_case(&became.file, &became.followed.progress, now),
            None => NextView::in_case(&file, &progress, now),
        };
        let why = timeline::last_words(&entries).map(str::to_owned);
        Self {
            id: shown_id(file.kind, file.id),
            no: file.no,
            kind: file.kind,
            title: file.title,
            phase: file.phase,
            now: progress.now,
            waits: progress.rests_until.map(|until| WaitView { until, why }),
            next,
            goes_on_as: became.map(GoesOnView::of),
            passed: entries.into_iter().filter_map(|entry| PassedView::of(entry, followed.passed)).collect(),
            rating: rating.map(RatingView::from),
            version: file.version,
            actions,
        }
    }
}

impl GoesOnView {
    fn of(became: Became) -> Self {
        let Became { file, followed } = became;
        let id = shown_id(file.kind, file.id);
        let text = format!("已转为{}继续办理({}):{}", file.kind.label(), file.no, followed.progress.now);
        let href = format!("/api/v1/me/cases/{id}/progress");
        Self { id, no: file.no, kind: file.kind, phase: file.phase, text, href }
    }
}

impl NextView {
    fn in_case(file: &CaseFile, progress: &Progress, now: Timestamp) -> Option<Self> {
        progress.next.map(|what| Self::of(what, DueBy::first(&file.clocks.view(), now)))
    }

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
