//! The way of a case in plain words.

use serde_json::{Value, json};
use wangge::platform::access::Role;

use super::{Case, Crew, STATION, offered};
use crate::town::{EAST, TOWN, Town};

const SECRET: &str = "只在内部说";

fn words(progress: &Value) -> Vec<&str> {
    progress["passed"].as_array().unwrap().iter().map(|step| step["words"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn an_event_says_where_it_stands_what_comes_next_and_by_when() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let mut event = Case::event(&town, &resident).await;
    let first = event.progress(&resident).await;
    assert_eq!(
        (first["now"].as_str(), first["id"].as_str()),
        (Some("已收到,等待镇里受理"), Some(&*event.id))
    );
    assert_eq!(first["next"]["text"], "镇里答复是否受理,应在3月3日09:00前");
    assert_eq!(
        (first["next"]["due_on"].as_str(), first["next"]["late"].as_bool()),
        (Some("2026-03-03"), Some(false))
    );
    assert_eq!(offered(&first), ["withdraw"]);

    event.goes(&crew.dispatcher, "return", json!({ "note": "示例:请写明位置" })).await;
    let returned = event.progress(&resident).await;
    assert_eq!(offered(&returned), ["supplement", "withdraw"]);
    assert_eq!(returned["next"].get("due_on"), None, "the office's time stands still: {returned}");
    event.goes(&resident, "supplement", json!({ "note": "示例:村口" })).await;
    event.goes(&crew.dispatcher, "acceptance", json!({})).await;
    event.goes(&crew.dispatcher, "dispatch", json!({ "station": STATION, "note_internal": SECRET })).await;
    let sent = event.progress(&resident).await;
    assert_eq!(sent["now"], format!("已派给{STATION},等待处理"));
    assert_eq!(sent["next"]["text"], "处理完毕,应在3月5日前");
    assert!(offered(&sent).is_empty());

    let asked = json!({ "until": "2026-03-20", "reason": SECRET });
    event.goes(&crew.dispatcher, "suspension_request", asked).await;
    event.goes(&crew.approver, "suspension", json!({ "note": "示例:等灯头到货" })).await;
    let rests = event.progress(&resident).await;
    assert_eq!(rests["waits"], json!({ "until": "2026-03-20", "why": "示例:等灯头到货" }));
    assert_eq!(rests["next"]["text"], "恢复办理,应在3月20日前");
    event.goes(&crew.dispatcher, "resumption", json!({})).await;
    assert_eq!(event.progress(&resident).await.get("waits"), None);
    event.goes(&crew.officer, "handling", json!({})).await;
    event.goes(&crew.officer, "completion", json!({ "note": "示例:已答复", "note_internal": SECRET })).await;
    event.goes(&crew.dispatcher, "closure", json!({ "resolution": "resolved", "note": "示例:已办" })).await;
    let end = event.progress(&resident).await;
    assert_eq!((end["now"].as_str(), end.get("next")), (Some("已办结,问题已解决"), None));
    assert_eq!(offered(&end), ["reopen", "rate"]);
    let way = [
        "已收到您的反映",
        "退回,请您补充",
        "您已补充",
        "已受理",
        "已交给承办单位",
        "暂停办理",
        "恢复办理",
        "开始处理",
        "处理完毕,等待核查",
        "核查后办结",
    ];
    assert_eq!(words(&end), way);
    assert!(!end.to_string().contains(SECRET), "{end}");
}

#[actix_web::test]
async fn what_is_late_says_so_and_the_tag_changes_with_it() {
    let town = Town::new();
    let resident = town.resident(EAST);
    let event = Case::event(&town, &resident).await;
    let in_time = resident.get(&town, &event.own("progress")).await;
    town.pass(chrono::TimeDelta::hours(25));
    let late = resident.get(&town, &event.own("progress")).await;
    assert_eq!(late.body["next"]["late"], true);
    assert_eq!(late.body["next"]["text"], "镇里答复是否受理,应在3月3日09:00前,现已超期");
    assert_ne!(in_time.etag, late.etag);
}

#[actix_web::test]
async fn a_hazard_and_a_dispute_go_their_ways_in_words_that_name_nobody() {
    let town = Town::new();
    let (officer, leader) = (town.staff(Role::StationOfficer, TOWN), town.staff(Role::GridLeader, EAST));
    let (worker, resident) = (town.staff(Role::GridWorker, EAST), town.resident(EAST));
    let mut hazard = Case::hazard(&town, &resident).await;
    let mut said = vec![hazard.progress(&resident).await];
    for (who, noun, body) in [
        (&officer, "grading", json!({ "grade": "general" })),
        (&officer, "order", json!({ "due": "2026-03-06", "responsible": "示例责任人", "measures": SECRET })),
        (&worker, "rectification", json!({})),
        (&worker, "submission", json!({ "note": "示例:已加固" })),
        (&leader, "reinspection", json!({ "passed": true })),
    ] {
        hazard.goes(who, noun, body).await;
        said.push(hazard.progress(&resident).await);
    }
    let now: Vec<_> = said.iter().map(|progress| progress["now"].as_str().unwrap()).collect();
    let way = [
        "已收到,等待核实",
        "已核实,确有隐患",
        "已要求整改",
        "正在整改",
        "已整改,等待复查",
        "隐患已消除,已办结",
    ];
    assert_eq!(now, way);
    assert_eq!(said[2]["next"]["text"], "开始整改,应在3月6日前");

    let (mediator, neighbour) = (town.staff(Role::Mediator, EAST), town.resident(EAST));
    let mut dispute = Case::dispute(&town, &neighbour).await;
    assert_eq!(offered(&dispute.progress(&neighbour).await), ["withdraw"]);
    dispute.is_mediated(&mediator).await;
    said.push(dispute.progress(&neighbour).await);
    assert_eq!(said.last().unwrap()["now"], "正在调解");
    dispute.goes(&mediator, "failure", json!({ "reason": SECRET, "remedies_told": true })).await;
    said.push(dispute.progress(&neighbour).await);
    assert_eq!(said.last().unwrap()["now"], "经调解没有达成协议");
    let all = Value::from(said).to_string();
    let people = [&officer, &leader, &worker, &mediator, &resident, &neighbour];
    let ids = people.map(|person| person.id.to_string());
    let phones = people.map(|person| person.phone.clone());
    let others = ["示例甲", "示例乙", "示例责任人", "13800005678", "示例人员", "示例居民", SECRET];
    let private = others.iter().map(|word| (*word).to_owned()).chain(ids).chain(phones);
    for word in private {
        assert!(!all.contains(&word), "{word}: {all}");
    }
}

#[actix_web::test]
async fn only_the_reporter_follows_a_case_whatever_the_role_of_others() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let event = Case::event(&town, &resident).await;
    for (who, status) in [
        (&town.resident(EAST), 404),
        (&crew.dispatcher, 404),
        (&crew.worker, 404),
        (&town.staff(Role::Auditor, TOWN), 404),
        (&town.staff(Role::Admin, TOWN), 403),
    ] {
        assert_eq!(who.get(&town, &event.own("progress")).await.status, status, "{who:?}");
    }
    let other_kind = event.own("progress").replace("event_", "hazard_");
    assert_eq!(resident.get(&town, &other_kind).await.told(), (404, "not_found"));
    assert_eq!(resident.get(&town, "/api/v1/me/cases/nothing/progress").await.told(), (404, "not_found"));
    let own = Case::event(&town, &crew.worker).await;
    let progress = own.progress(&crew.worker).await;
    assert!(offered(&progress).contains(&"withdraw") && !offered(&progress).contains(&"rate"), "{progress}");
}

#[actix_web::test]
async fn what_was_first_taken_for_another_matter_is_followed_on_in_the_new_case() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let mut event = Case::event(&town, &resident).await;
    let to = json!({ "to": "hazard", "field": "electricity", "note": "示例:线路老化" });
    let hazard = event.goes(&crew.dispatcher, "conversion", to).await.text("became");
    let seen = event.progress(&resident).await;
    let no = seen["goes_on_as"]["no"].as_str().unwrap();
    assert_eq!(seen["goes_on_as"]["text"], format!("已转为安全隐患继续办理({no}):已收到,等待核实"));
    assert_eq!(seen["goes_on_as"]["id"], hazard);
    assert_eq!(words(&seen).last(), Some(&"转为其他案卷继续办理"));

    let url = format!("/api/v1/hazards/{hazard}");
    crew.officer.step(&town, &format!("{url}/grading"), 1, json!({ "grade": "general" })).await;
    let order = json!({ "due": "2026-03-06", "responsible": "示例责任人", "measures": SECRET });
    assert_eq!(crew.officer.step(&town, &format!("{url}/order"), 2, order).await.status, 200);
    let ordered = event.progress(&resident).await;
    assert_eq!(ordered["next"]["text"], "开始整改,应在3月6日前", "what comes next there, and by when");
    assert!(ordered["goes_on_as"]["text"].as_str().unwrap().ends_with("已要求整改"), "{ordered}");
    for word in ["示例责任人", SECRET] {
        assert!(!ordered.to_string().contains(word), "{word}: {ordered}");
    }
    let there = resident.get(&town, ordered["goes_on_as"]["href"].as_str().unwrap()).await;
    assert_eq!((there.status, there.text("now")), (200, "已要求整改".into()));
    assert_eq!(there.body["next"], ordered["next"]);
    assert_eq!(there.body.get("goes_on_as"), None);
}

#[actix_web::test]
async fn a_quarrel_in_a_family_is_followed_by_who_reported_it_and_by_nobody_who_was_merged_into_it() {
    let town = Town::new();
    let (crew, mediator) = (Crew::of(&town), town.staff(Role::Mediator, EAST));
    let (resident, neighbour) = (town.resident(EAST), town.resident(EAST));
    let mut event = Case::event(&town, &resident).await;
    let mut merged = Case::event(&town, &neighbour).await;
    merged.goes(&crew.dispatcher, "merger", json!({ "original_no": event.no, "note": "示例" })).await;
    let to = json!({ "to": "dispute", "dispute_type": "marriage_family", "note": "示例" });
    let dispute = event.goes(&crew.dispatcher, "conversion", to).await.text("became");
    let own = event.progress(&resident).await;
    assert_eq!(own["goes_on_as"]["id"], dispute);
    assert!(own["goes_on_as"]["text"].as_str().unwrap().starts_with("已转为矛盾纠纷继续办理"), "{own}");
    assert!(!own["next"]["what"].as_str().unwrap().is_empty());
    let url = format!("/api/v1/disputes/{dispute}/consents");
    let parties = json!({ "parties": [
        { "side": "applicant", "name": "示例甲", "phone": "13800005678", "consents": true },
        { "side": "respondent", "name": "示例乙", "consents": true }
    ] });
    assert_eq!(mediator.step(&town, &url, 1, parties).await.status, 200);
    let asked = event.progress(&resident).await;
    for word in ["示例甲", "示例乙", "13800005678"] {
        assert!(!asked.to_string().contains(word), "{word}: {asked}");
    }

    let others = merged.progress(&neighbour).await;
    assert_eq!((others["now"].as_str(), others.get("goes_on_as")), (Some("已转为其他案卷继续办理"), None));
    assert!(others.get("next").is_none() && !others.to_string().contains("dispute"), "{others}");
}
