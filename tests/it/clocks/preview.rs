//! What would be, if: the same as the engine says; and the days that it reckons with.

use actix_web::test::TestRequest;
use chrono::NaiveDate;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use wangge::base::clock::Timestamp;
use wangge::features::clocks::{Rule, Tells, Unit, calendar};
use wangge::platform::access::Role;

use crate::town::{Answer, EAST, Person, TOWN, Town};

async fn preview(town: &Town, who: &Person, query: &str) -> Answer {
    who.get(town, &format!("/api/v1/clocks/preview?{query}")).await
}

#[actix_web::test]
async fn sixty_days_that_end_on_a_sunday_end_by_law_on_monday() {
    let town = Town::new();
    let anybody = town.resident(EAST);
    let answer = preview(&town, &anybody, "rule=XF-HANDLE&start=2022-09-28").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let said = |member: &str| answer.body[member].as_str().unwrap_or_default();
    assert_eq!((said("due_on"), said("legal_due_on")), ("2022-11-27", "2022-11-28"));
    assert_eq!((said("label"), &answer.body["due_on_rests"]), ("信访事项办结", &true.into()));
    assert_eq!(answer.body["basis"]["article"], "第三十四条");
    let points: Vec<_> = answer.body["points"].as_array().unwrap().iter().collect();
    let told: Vec<_> = points
        .iter()
        .map(|point| {
            (point["level"].as_str(), point["on"].as_str().unwrap(), point["rests"].as_bool().unwrap())
        })
        .collect();
    let expected = [
        (None, "2022-11-12", true),
        (Some("L2"), "2022-11-18", false),
        (None, "2022-11-22", false),
        (Some("L3"), "2022-11-26", true),
    ];
    assert_eq!(told, expected);
    let extended = preview(&town, &anybody, "rule=XF-HANDLE&start=2022-09-28&extension=30").await;
    assert_eq!(extended.text("due_on"), "2022-12-27");
    let named = preview(&town, &anybody, "rule=YH-RECTIFY&start=2026-03-02&due=2026-03-07").await;
    assert_eq!(
        (named.text("legal_due_on"), &named.body["due_on_rests"]),
        ("2026-03-07".to_owned(), &true.into())
    );
}

#[actix_web::test]
async fn a_question_that_has_no_answer_is_refused() {
    let town = Town::new();
    let officer = town.staff(Role::StationOfficer, TOWN);
    for (query, field) in [
        ("rule=YH-RECTIFY&start=2026-03-02", "due"),
        ("rule=XF-HANDLE&start=2026-03-02&due=2026-03-07", "due"),
        ("rule=YH-RECTIFY&start=2026-03-02&due=7.3.2026", "due"),
        ("rule=XF-TRIAGE&start=2026-03-02&extension=1", "extension"),
        ("rule=XF-HANDLE&start=2026-03-02&extension=31", "extension"),
        ("rule=YH-RECTIFY&start=2026-03-02&due=2026-03-07&extension=367", "extension"),
        ("rule=XF-HANDLE&start=2026-02-30", "start"),
        ("rule=XF-HANDLE&start=9999-12-31", "start"),
        ("rule=XF-HANDLE&start=%2B10000-01-01", "start"),
    ] {
        assert_eq!(preview(&town, &officer, query).await.fields(), [field], "{query}");
    }
    for query in ["rule=XX&start=2026-03-02", "rule=XF-HANDLE", "start=2026-03-02"] {
        assert_eq!(preview(&town, &officer, query).await.told(), (400, "bad_request"), "{query}");
    }
    let unknown = preview(&town, &officer, "rule=GK-REQUEST&start=2026-12-20").await;
    assert_eq!(unknown.told(), (503, "calendar_missing"));
    let open = preview(&town, &officer, "rule=XF-HANDLE&start=2026-12-20").await;
    assert_eq!((open.text("due_on"), open.body.get("legal_due_on")), ("2027-02-18".to_owned(), None));
}

/// A rule, a beginning to the minute, and an extension that the rule may allow.
fn question() -> impl Strategy<Value = (Rule, i64, Option<u16>)> {
    let first = Timestamp::start_of(NaiveDate::from_ymd_opt(2018, 1, 1).unwrap()).millis() / 60_000;
    let last = Timestamp::end_of(calendar::last_known()).millis() / 60_000;
    (prop::sample::select(Rule::ALL), first..last, prop::option::of(1..31_u16))
}

#[actix_web::test]
async fn a_thousand_beginnings_are_answered_as_the_engine_reckons_them() {
    let town = Town::new();
    let officer = town.staff(Role::StationOfficer, TOWN);
    let mut runner = TestRunner::deterministic();
    let (mut asked, mut requests) = (vec![], vec![]);
    while asked.len() < 1000 {
        let (rule, minutes, extension) = question().new_tree(&mut runner).unwrap().current();
        if rule.terms().unit == Unit::Date || extension.is_some_and(|by| rule.refuses_extension(by).is_some())
        {
            continue;
        }
        let start = Timestamp::from_millis(minutes * 60_000);
        let by = extension.map(|by| format!("&extension={by}")).unwrap_or_default();
        let path = format!("/api/v1/clocks/preview?rule={rule}&start={start}{by}");
        requests.push(officer.signs(TestRequest::get(), &path));
        asked.push((rule, start, extension));
    }
    let (mut reckoned, mut extended) = (0, 0);
    for ((rule, start, extension), answer) in asked.into_iter().zip(town.ask_all(requests).await) {
        let due = rule.due(start).and_then(|due| extension.map_or(Ok(due), |by| rule.extended(due, by)));
        let due = match due {
            Ok(due) => due,
            Err(problem) => {
                assert_eq!(answer.told(), (503, problem.code().as_str()), "{rule} {start}");
                continue;
            }
        };
        assert_eq!(answer.text("due_on"), due.on.to_string(), "{rule} {start}");
        let legal = answer.body["legal_due_on"].as_str().map(str::to_owned);
        assert_eq!(legal, due.legal_on.map(|day| day.to_string()), "{rule} {start}");
        assert_eq!(answer.text("due_at"), due.at.rfc3339());
        let points = rule.points(due).unwrap();
        let shown = answer.body["points"].as_array().unwrap();
        assert_eq!(shown.len(), points.len());
        for (shown, point) in shown.iter().zip(points) {
            let level = match point.tells {
                Tells::Handler => None,
                Tells::Above(level) => Some(level.as_str()),
            };
            assert_eq!((shown["at"].as_str(), shown["level"].as_str()), (Some(&*point.at.rfc3339()), level));
            let rests = calendar::is_working(point.at.local_date()).ok().map(|works| !works);
            assert_eq!(shown["rests"].as_bool(), rests, "{rule} {start}");
        }
        reckoned += 1;
        extended += usize::from(extension.is_some());
    }
    assert!(reckoned > 900 && extended > 50, "only {reckoned}, {extended} of them extended");
}

#[actix_web::test]
async fn a_year_lists_its_rest_days_and_the_days_worked_in_exchange() {
    let town = Town::new();
    let anybody = town.resident(EAST);
    let year = anybody.get(&town, "/api/v1/calendar/2023").await;
    assert_eq!((year.status, year.text("notice")), (200, "国办发明电〔2022〕16号".to_owned()));
    assert_eq!(year.body["rest"][0], serde_json::json!({ "from": "2022-12-31", "to": "2023-01-02" }));
    assert_eq!(year.body["work"][0], "2023-01-28");
    let next = calendar::last_known().to_string()[..4].parse::<i32>().unwrap() + 1;
    for unknown in [next, 1999, -1] {
        let missing = anybody.get(&town, &format!("/api/v1/calendar/{unknown}")).await;
        assert_eq!(missing.told(), (503, "calendar_missing"), "{unknown}");
        assert!(missing.body["detail"].as_str().unwrap().contains(&unknown.to_string()), "{missing:?}");
    }
    assert_eq!(anybody.get(&town, "/api/v1/calendar/never").await.told(), (404, "not_found"));
}
