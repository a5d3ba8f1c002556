//! Finding a case by its words.

use serde_json::{Value, json};
use wangge::base::id::{Id, Kind};
use wangge::features::cases::search::Sizes;
use wangge::platform::access::Role;

use super::shelf::{Shelved, escaped};
use crate::town::{Answer, EAST, NEXT_VILLAGE, Person, TOWN, Town, WEST};

/// The ids of two kinds of case, as a phone makes them.
enum Hazard {}
impl Kind for Hazard {
    const PREFIX: &'static str = "hazard";
}
enum Dispute {}
impl Kind for Dispute {
    const PREFIX: &'static str = "dispute";
}

/// Files after every case.
pub const SMALL: Sizes = Sizes { cases: 1, steps: 1, full: 64, neighbours: 4 };

async fn reports(town: &Town, who: &Person, grid: &str, title: &str, detail: &str) -> Answer {
    let body = json!({
        "id": Id::<Hazard>::new().to_string(), "area_code": grid, "field": "gas", "title": title, "detail": detail,
        "place": { "address": "示例村二组3-2-101室" }
    });
    let answer = who.post(town, "/api/v1/hazards", body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer
}

async fn quarrels(town: &Town, who: &Person, grid: &str, title: &str) -> Answer {
    let party = |side: &str, name: &str| json!({ "side": side, "name": name });
    let body: Value = json!({
        "id": Id::<Dispute>::new().to_string(), "area_code": grid, "dispute_type": "marriage_family",
        "title": title, "detail": "示例", "parties": [party("applicant", "示例甲"), party("respondent", "示例乙")]
    });
    let answer = who.post(town, "/api/v1/disputes", body).await;
    assert_eq!((answer.status, answer.text("confidential")), (201, "private".into()), "{answer:?}");
    answer
}

#[actix_web::test]
async fn a_case_is_found_at_once_and_still_when_it_is_filed() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    let leak = reports(&town, &worker, EAST, "厨房燃气泄漏", "Gas表读数ＡＢ12异常,😀请尽快。").await;
    let other = reports(&town, &worker, EAST, "消防通道堵塞", "示例:堆放杂物").await;
    for filed in [false, true] {
        if filed {
            assert_eq!(town.files(SMALL).await, 2);
        }
        for q in
            ["燃气", "燃气 厨房", "泄漏", "气泄", "气", "ab１２", "GAS表", "常请", "b", "  燃气\u{3000}异常 "]
        {
            assert_eq!(town.finds(&worker, q).await, [leak.text("id")], "{q}, filed: {filed}");
        }
        for q in ["示例村二组", "3-2-101", "３２１０１", "示", "通 道 堵塞 示例", &leak.text("no")[..12]]
        {
            let found = town.finds(&worker, q).await;
            assert!(found.contains(&other.text("id")), "{q}, filed: {filed}: {found:?}");
        }
        for number in [leak.text("no"), leak.text("no").to_lowercase().replace('-', "")] {
            assert_eq!(town.finds(&worker, &number).await, [leak.text("id")], "{number}");
        }
        for q in ["漏泄", "燃气 消防", "厨房gas", "无此字"] {
            assert_eq!(town.finds(&worker, q).await, Vec::<String>::new(), "{q}, filed: {filed}");
        }
    }
}

#[actix_web::test]
async fn a_question_without_a_word_or_with_too_many_is_refused_and_a_blank_one_asks_for_nothing() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    reports(&town, &worker, EAST, "示例", "示例").await;
    for q in ["😀", "!?…", "一 二 三 四 五 六 七 八 九", &"长".repeat(65)] {
        let refused = worker.get(&town, &format!("/api/v1/cases?q={}", escaped(q))).await;
        assert_eq!((refused.told(), refused.fields()), ((422, "invalid_fields"), vec!["q"]), "{q}");
    }
    for q in ["", "  ", "\u{3000}"] {
        assert_eq!(town.finds(&worker, q).await.len(), 1, "{q:?}");
    }
    for q in ["'; DROP TABLE cases; --", "%", "示_", "示%", "\0", "\"示 OR 例\"", "示例*"] {
        let asked = worker.get(&town, &format!("/api/v1/cases?q={}", escaped(q))).await;
        assert!(matches!(asked.status, 200 | 422), "{q}: {asked:?}");
    }
}

#[actix_web::test]
async fn what_one_may_not_see_one_does_not_find() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    let (resident, neighbour) = (town.resident(EAST), town.resident(EAST));
    let family = quarrels(&town, &worker, EAST, "婚姻家事矛盾").await.text("id");
    let own = reports(&town, &resident, WEST, "婚姻登记处漏电", "示例").await.text("id");
    let all = vec![own.clone(), family.clone()];
    for filed in [false, true] {
        if filed {
            town.files(SMALL).await;
        }
        for (who, finds) in [
            (worker.clone(), vec![family.clone()]),
            (town.staff(Role::GridWorker, EAST), vec![]),
            (town.staff(Role::GridWorker, WEST), vec![own.clone()]),
            (town.staff(Role::GridLeader, "500114119201"), vec![own.clone()]),
            (town.staff(Role::Mediator, "500114119201"), all.clone()),
            (town.staff(Role::Mediator, "500114119202"), vec![]),
            (town.staff(Role::Dispatcher, TOWN), vec![own.clone()]),
            (town.staff(Role::Approver, TOWN), all.clone()),
            (town.staff(Role::Approver, "500114120"), vec![]),
            (resident.clone(), vec![own.clone()]),
            (neighbour.clone(), vec![]),
        ] {
            assert_eq!(town.finds(&who, "婚姻").await, finds, "{who:?}, filed: {filed}");
        }
    }
    let admin = town.staff(Role::Admin, TOWN);
    assert_eq!(admin.get(&town, "/api/v1/cases?q=x").await.told(), (403, "forbidden"));
    let elsewhere = worker.get(&town, &format!("/api/v1/cases?q=x&area={NEXT_VILLAGE}")).await;
    assert_eq!(elsewhere.told(), (404, "not_found"));
}

#[actix_web::test]
async fn a_filter_asks_for_the_case_as_it_is_now() {
    let town = Town::new();
    let (worker, officer) = (town.staff(Role::GridWorker, EAST), town.staff(Role::StationOfficer, TOWN));
    let hazard = reports(&town, &worker, EAST, "示例漏水", "示例").await.text("id");
    town.files(SMALL).await;
    let count =
        async |query: &str| town.all_pages(&officer, &format!("q={}{query}", escaped("漏水"))).await.0.len();
    assert_eq!((count("&phase=reported").await, count("&phase=accepted").await), (1, 0));
    let grading = format!("/api/v1/hazards/{hazard}/grading");
    assert_eq!(officer.step(&town, &grading, 1, json!({ "grade": "general" })).await.status, 200);
    assert_eq!((count("&phase=reported").await, count("&phase=accepted").await), (0, 1));
    assert_eq!((count("&view=desk").await, count("&view=mine").await), (1, 0));
    assert_eq!((count("&kind=hazard&category=gas").await, count("&kind=dispute").await), (1, 0));
    assert_eq!((count("&category=fire").await, count("&overdue=true").await), (0, 0));
}

#[actix_web::test]
async fn a_case_that_was_filed_in_its_village_is_found_in_the_grid_that_it_was_moved_to() {
    let town = Town::new();
    let mut case = Shelved::new(1, "示例漏水");
    case.area = "500114119201";
    town.shelve(std::slice::from_ref(&case));
    town.files(SMALL).await;
    let (east, west) = (town.staff(Role::GridWorker, EAST), town.staff(Role::GridWorker, WEST));
    assert_eq!(town.finds(&east, "漏水").await, Vec::<String>::new());
    town.meddle(&format!("UPDATE cases SET area_code = '{EAST}'"));
    assert_eq!(town.finds(&east, "漏水").await, [case.shown()]);
    assert_eq!(town.finds(&west, "漏水").await, Vec::<String>::new());
}

#[actix_web::test]
async fn a_page_that_has_looked_at_enough_ends_early_and_says_where_to_go_on() {
    let town = Town::new();
    let dispatcher = town.staff(Role::Dispatcher, TOWN);
    // Every part of the word is in every title; the word itself is in the oldest alone.
    let mut cases: Vec<Shelved> = (1..2_200).map(|n| Shelved::new(n, "漏水,水管漏")).collect();
    cases.push(Shelved::new(0, "水管漏水"));
    town.shelve(&cases);
    let (found, pages) = town.all_pages(&dispatcher, &format!("q={}", escaped("水管漏水"))).await;
    assert_eq!((found, pages), (vec![cases[2_199].shown()], 2));
    town.files(Sizes::default()).await;
    let (found, pages) = town.all_pages(&dispatcher, &format!("q={}", escaped("水管漏水"))).await;
    assert_eq!((found, pages), (vec![cases[2_199].shown()], 2));
}
