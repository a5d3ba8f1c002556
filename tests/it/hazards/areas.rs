//! Where a hazard lies, and what becomes of it when that place is given up.

use diesel::prelude::*;
use serde_json::json;
use wangge::base::id::Id;
use wangge::platform::access::Role;
use wangge::platform::db::schema::areas;

use super::{Hazard, report, reports, url};
use crate::town::{EAST, Person, TOWN, Town};

const MICRO: &str = "50011411920100101";

/// Divides the east grid.
fn micro_grid(town: &Town) {
    let row = (
        (areas::code.eq(MICRO), areas::name.eq("示例微网格"), areas::level.eq("micro_grid")),
        (areas::parent.eq(Some(EAST)), areas::version.eq(1), areas::updated_at.eq(town.clock.now())),
    );
    diesel::insert_into(areas::table).values(row).execute(&mut town.connect()).unwrap();
}

async fn closes(town: &Town, area: &str) {
    let admin = town.staff(Role::Admin, TOWN);
    let closed = admin.step(town, &format!("/api/v1/areas/{area}/closure"), 1, json!({})).await;
    assert_eq!(closed.status, 200, "{closed:?}");
}

async fn listed(town: &Town, who: &Person) -> usize {
    let list = who.get(town, "/api/v1/cases").await;
    list.body["items"].as_array().map_or(0, Vec::len)
}

#[actix_web::test]
async fn what_is_reported_in_a_micro_grid_lies_in_its_grid_and_before_its_worker() {
    let town = Town::new();
    micro_grid(&town);
    let (worker, officer) = (town.staff(Role::GridWorker, EAST), town.staff(Role::StationOfficer, TOWN));
    let resident = town.resident(MICRO);
    let hazard = reports(&town, &resident, MICRO).await;
    assert_eq!(hazard.text("area_code"), EAST);
    assert_eq!((listed(&town, &worker).await, listed(&town, &resident).await), (1, 1));
    let graded =
        officer.step(&town, &format!("{}/grading", url(&hazard)), 1, json!({ "grade": "general" })).await;
    assert_eq!(graded.status, 200, "{graded:?}");
    let invented = report(&Id::<Hazard>::new().to_string(), "50011411920100199");
    assert_eq!(resident.post(&town, "/api/v1/hazards", invented).await.fields(), ["area_code"]);
}

#[actix_web::test]
async fn no_case_lies_in_more_than_a_village() {
    let town = Town::new();
    let dispatcher = town.staff(Role::Dispatcher, "500114");
    for area in ["50", "500114", TOWN] {
        let hazard = report(&Id::<Hazard>::new().to_string(), area);
        let refused = dispatcher.post(&town, "/api/v1/hazards", hazard).await;
        assert_eq!(
            (refused.told(), refused.fields()),
            ((422, "invalid_fields"), vec!["area_code"]),
            "{area}"
        );
        let dispute = json!({
            "id": Id::<Dispute>::new().to_string(), "area_code": area, "dispute_type": "neighbour",
            "title": "示例", "detail": "示例",
            "parties": [{ "side": "applicant", "name": "示例甲" }, { "side": "respondent", "name": "示例乙" }]
        });
        let refused = dispatcher.post(&town, "/api/v1/disputes", dispute).await;
        assert_eq!(refused.fields(), ["area_code"], "{area}");
    }
    reports(&town, &dispatcher, "500114119201").await;
}

#[actix_web::test]
async fn what_is_open_in_a_grid_that_was_closed_is_finished_all_the_same() {
    let town = Town::new();
    let (leader, officer) =
        (town.staff(Role::GridLeader, "500114119201"), town.staff(Role::StationOfficer, TOWN));
    let id = Id::<Hazard>::new().to_string();
    let hazard = leader.post(&town, "/api/v1/hazards", report(&id, EAST)).await;
    let dispute = json!({
        "id": Id::<Dispute>::new().to_string(), "area_code": EAST, "dispute_type": "neighbour",
        "title": "示例", "detail": "示例",
        "parties": [{ "side": "applicant", "name": "示例甲" }, { "side": "respondent", "name": "示例乙" }]
    });
    let dispute = leader.post(&town, "/api/v1/disputes", dispute).await;
    closes(&town, EAST).await;

    let again = leader.post(&town, "/api/v1/hazards", report(&id, EAST)).await;
    assert_eq!((again.status, again.text("no")), (200, hazard.text("no")), "{again:?}");
    let another = report(&Id::<Hazard>::new().to_string(), EAST);
    assert_eq!(leader.post(&town, "/api/v1/hazards", another).await.fields(), ["area_code"]);

    let url = url(&hazard);
    let photo = leader.photo(&town).await;
    officer.step(&town, &format!("{url}/grading"), 1, json!({ "grade": "general" })).await;
    officer.step(&town, &format!("{url}/order"), 2, json!({ "due": "2026-03-06" })).await;
    leader.step(&town, &format!("{url}/rectification"), 3, json!({ "photos": [photo] })).await;
    leader.step(&town, &format!("{url}/submission"), 4, json!({ "note": "已加固" })).await;
    let end = officer.step(&town, &format!("{url}/reinspection"), 5, json!({ "passed": true })).await;
    assert_eq!((end.status, end.text("state")), (200, "cancelled".into()), "{end:?}");

    let consents = format!("/api/v1/disputes/{}/consents", dispute.text("id"));
    let more = json!({ "parties": [{ "side": "third", "name": "示例丙" }] });
    assert_eq!(leader.step(&town, &consents, 1, more).await.status, 200);
}

enum Dispute {}
impl wangge::base::id::Kind for Dispute {
    const PREFIX: &'static str = "dispute";
}
