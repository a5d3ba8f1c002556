//! Some weeks of events: most closed, some in each state of the work, two that were really something else.
//!
//! No photos are taken here, so what must be shown in one (facilities, environment) is still being worked on.

use chrono::{NaiveDate, TimeDelta};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Stage;
use super::cast::Cast;
use super::diary::{Body, Diary, Event as Entry, id_at, moment};
use super::dice::Dice;
use super::door::By;
use super::places::{TOWN, grids, village_name};
use super::words::EVENTS;
use crate::base::id::Id;
use crate::features::events::Event;
use crate::platform::access::Role;

/// The station that handles them all; the first officer belongs to it.
const STATION: &str = "示例应急站";

/// How one of them goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Course {
    Closed,
    Reworked,
    Reopened,
    Handled,
    Extended,
    Handling,
    Suspended,
    Declined,
    Dispatched,
    Accepted,
    Reported,
    Returned,
    Supplemented,
    Rejected,
    Withdrawn,
    ToHazard,
    ToDispute,
}

/// When they are reported (days ago), which of [`EVENTS`] they are, and how they go.
const COURSES: [(i64, usize, Course); 26] = [
    (55, 0, Course::Closed),
    (52, 1, Course::Closed),
    (49, 2, Course::Reworked),
    (46, 0, Course::Closed),
    (43, 3, Course::ToHazard),
    (41, 4, Course::Rejected),
    (38, 1, Course::Closed),
    (35, 2, Course::Closed),
    (33, 5, Course::Withdrawn),
    (30, 6, Course::ToDispute),
    (27, 0, Course::Closed),
    (24, 2, Course::Closed),
    (21, 7, Course::Suspended),
    (18, 1, Course::Closed),
    (15, 4, Course::Rejected),
    (12, 2, Course::Reopened),
    (9, 0, Course::Closed),
    (6, 8, Course::Extended),
    (5, 1, Course::Handled),
    (4, 5, Course::Handling),
    (3, 9, Course::Declined),
    (2, 7, Course::Dispatched),
    (2, 9, Course::Supplemented),
    (1, 8, Course::Accepted),
    (1, 4, Course::Returned),
    (1, 9, Course::Reported),
];

/// Who takes a step.
#[derive(Debug, Clone, Copy)]
enum Who {
    Reporter,
    Dispatcher,
    Officer,
    Approver,
}

type Step = (Who, &'static str, Body);

/// Writes the events into the diary; answers how many.
pub fn plan(stage: &Stage, cast: &Cast, residents: &[Uuid], dice: &mut Dice, diary: &mut Diary) -> usize {
    for (n, (ago, words, course)) in COURSES.into_iter().enumerate() {
        let at = moment(stage.now, -ago, dice);
        let grid = dice.pick(&grids()).clone();
        // Every third is reported by a resident.
        let reporter = match residents.get(n).filter(|_| n % 3 == 0) {
            Some(resident) => By::Resident(*resident),
            None => *dice.pick(&cast.with(Role::GridWorker, &grid)),
        };
        let one = |role| cast.with(role, TOWN).first().copied().unwrap_or(reporter);
        let by = |who| match who {
            Who::Reporter => reporter,
            Who::Dispatcher => one(Role::Dispatcher),
            Who::Officer => one(Role::StationOfficer),
            Who::Approver => one(Role::Approver),
        };
        let id = id_at(at, dice);
        diary.at(at, entry(id, reporter, None, report(id, &grid, words)));
        let mut at = at;
        for (who, noun, body) in course.steps() {
            at = at.plus(TimeDelta::minutes(dice.between(30, 150)));
            diary.at(at, entry(id, by(who), Some(noun), body));
        }
    }
    COURSES.len()
}

fn entry(id: Uuid, by: By, step: Option<&str>, body: Body) -> Entry {
    let path = match step {
        Some(noun) => format!("/api/v1/events/{}/{noun}", Id::<Event>::from_uuid(id)),
        None => "/api/v1/events".to_owned(),
    };
    Entry { matter: id, by, path, versioned: step.is_some(), body }
}

fn report(id: Uuid, grid: &str, words: usize) -> Body {
    let (category, subcategory, title, detail, place, people) = EVENTS[words % EVENTS.len()];
    fixed(json!({
        "id": Id::<Event>::from_uuid(id), "area_code": grid, "category": category, "subcategory": subcategory,
        "title": title, "detail": format!("示例:{detail}。"), "people_count": people,
        "place": { "address": format!("{}{place}", village_name(grid)) },
    }))
}

impl Course {
    /// What follows the report.
    fn steps(self) -> Vec<Step> {
        let accepted = || vec![by(Who::Dispatcher, "acceptance", json!({ "note": "示例:已受理" }))];
        let dispatch = || by(Who::Dispatcher, "dispatch", json!({ "station": STATION }));
        let handling = || by(Who::Officer, "handling", json!({ "note": "示例:已到现场" }));
        let completion = || by(Who::Officer, "completion", json!({ "note": "示例:已办理完毕" }));
        let closure = |resolution: &str, note: &str| {
            by(Who::Dispatcher, "closure", json!({ "resolution": resolution, "note": note }))
        };
        let then = |before: Vec<Step>, after: Vec<Step>| before.into_iter().chain(after).collect::<Vec<_>>();
        let dispatched = || then(accepted(), vec![dispatch()]);
        let working = || then(dispatched(), vec![handling()]);
        let handled = || then(working(), vec![completion()]);
        let closed = || then(handled(), vec![closure("resolved", "示例:已办结,感谢您的反映")]);
        let returned = || vec![by(Who::Dispatcher, "return", json!({ "note": "示例:请补充具体位置" }))];
        match self {
            Self::Closed => closed(),
            Self::Reworked => {
                let back = by(Who::Dispatcher, "rework", json!({ "reason": "示例:还有一户未通知到" }));
                then(handled(), vec![back, completion(), closure("resolved", "示例:已逐户通知")])
            }
            Self::Reopened => {
                then(closed(), vec![by(Who::Reporter, "reopening", json!({ "reason": "示例:昨天又停水了" }))])
            }
            Self::Handled => handled(),
            Self::Extended => {
                let more = json!({ "amount": 2, "reason": "示例:配件需从区里调运" });
                let given = by(Who::Approver, "extension", json!({ "note": "示例:同意延期" }));
                then(working(), vec![by(Who::Officer, "extension_request", more), given])
            }
            Self::Handling => working(),
            Self::Suspended => {
                let until = |today: NaiveDate, _: &Value| json!({ "until": today + TimeDelta::days(60), "reason": "示例:待汛期结束后施工" });
                let asked: Step = (Who::Dispatcher, "suspension_request", Box::new(until));
                let rests = by(Who::Approver, "suspension", json!({ "note": "示例:汛期后继续办理" }));
                then(dispatched(), vec![asked, rests])
            }
            Self::Declined => then(
                dispatched(),
                vec![by(Who::Officer, "refusal", json!({ "reason": "示例:不属本站职责" }))],
            ),
            Self::Dispatched => dispatched(),
            Self::Accepted => accepted(),
            Self::Reported => vec![],
            Self::Returned => returned(),
            Self::Supplemented => {
                let more = json!({ "note": "示例:在村委会往东第二个路口" });
                then(returned(), vec![by(Who::Reporter, "supplement", more)])
            }
            Self::Rejected => {
                let body = json!({
                    "reason": "not_ours", "right_office": "示例区供电公司",
                    "note": "示例:该线路由供电公司管理,已告知其值班电话",
                });
                vec![by(Who::Dispatcher, "rejection", body)]
            }
            Self::Withdrawn => vec![by(Who::Reporter, "withdrawal", json!({ "note": "示例:已自行恢复" }))],
            Self::ToHazard => {
                let body = json!({ "to": "hazard", "field": "electricity", "note": "示例:已转安全隐患办理" });
                vec![by(Who::Dispatcher, "conversion", body)]
            }
            Self::ToDispute => {
                let body = json!({ "to": "dispute", "dispute_type": "neighbour", "note": "示例:已转调解" });
                then(accepted(), vec![by(Who::Dispatcher, "conversion", body)])
            }
        }
    }
}

fn by(who: Who, noun: &'static str, body: Value) -> Step {
    (who, noun, fixed(body))
}

fn fixed(body: Value) -> Body {
    Box::new(move |_, _| body.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_course_is_taken_by_some_event_and_its_words_are_there() {
        let all = [
            Course::Closed,
            Course::Reworked,
            Course::Reopened,
            Course::Handled,
            Course::Extended,
            Course::Handling,
            Course::Suspended,
            Course::Declined,
            Course::Dispatched,
            Course::Accepted,
            Course::Reported,
            Course::Returned,
            Course::Supplemented,
            Course::Rejected,
            Course::Withdrawn,
            Course::ToHazard,
            Course::ToDispute,
        ];
        assert!(all.iter().all(|course| COURSES.iter().any(|(_, _, of)| of == course)));
        assert!(COURSES.iter().all(|(_, words, _)| *words < EVENTS.len()));
    }

    #[test]
    fn what_is_finished_here_needs_no_photo() {
        for (_, words, course) in COURSES {
            let finishes = course.steps().iter().any(|(_, noun, _)| *noun == "completion");
            let (category, ..) = EVENTS[words];
            let shown = ["environment", "facility", "safety", "disaster"].contains(&category);
            assert!(!finishes || !shown, "{words} {course:?}");
        }
    }
}
