//! Four places of the township with one thing of each kind in each, and the people who ask for them.

use actix_web::test::TestRequest;
use diesel::prelude::*;
use serde_json::json;
use wangge::base::id::{Id, Kind};
use wangge::platform::access::{Household, Resident, Role, Session, Staff};
use wangge::platform::db::schema::{posts, sessions};

use crate::fakes::gateway::HOOK_SECRET;
use crate::sync::phone::Phone;
use crate::town::{EAST, NEXT_TOWN, NEXT_VILLAGE, Person, TOWN, Town, unused_phone, upload};

/// The prefix of an id that a phone makes.
macro_rules! ids {
    ($($kind:ident = $prefix:literal),+) => {
        $(pub enum $kind {}
        impl Kind for $kind { const PREFIX: &'static str = $prefix; })+
    };
}
ids!(
    Hazard = "hazard",
    Dispute = "dispute",
    Event = "event",
    Notice = "notice",
    Photo = "photo",
    PostId = "post",
    Alert = "alert",
    Site = "place",
    Campaign = "campaign",
    Inspection = "inspection",
    Lead = "lead",
    Dissuasion = "dissuasion",
    Visit = "visit",
    Outlet = "outlet",
    Exposure = "exposure"
);

/// A place with one thing of each kind.
pub struct Place {
    /// What failures call it.
    pub name: &'static str,
    pub grid: &'static str,
    pub hazard: String,
    pub dispute: String,
    pub event: String,
    pub notice: String,
    pub photo: String,
    pub conflict: String,
    pub household: String,
    pub resident: String,
    pub staff: String,
    pub display: String,
    /// A place of the ledger.
    pub site: String,
    pub campaign: String,
    pub inspection: String,
    pub visit: String,
    pub outlet: String,
    /// A member of staff who may inspect there.
    pub inspector: String,
    /// A lead of the resident.
    pub lead: String,
    /// An entry of the ledger of dissuasions.
    pub dissuasion: String,
}

impl Place {
    /// Every id that stands for something of this place.
    pub fn ids(&self) -> Vec<&str> {
        let papers = [&self.hazard, &self.dispute, &self.event, &self.notice, &self.photo, &self.conflict];
        let holders = [&self.household, &self.resident, &self.staff, &self.display];
        let checks = [&self.site, &self.campaign, &self.inspection, &self.visit, &self.outlet];
        let fraud = [&self.lead, &self.dissuasion];
        papers.into_iter().chain(holders).chain(checks).chain(fraud).map(String::as_str).collect()
    }
}

/// Somebody who asks.
pub struct Caller {
    pub role: Role,
    /// Where the post is held; a resident's grid.
    pub area: &'static str,
    pub person: Person,
}

/// Where each role usually is held.
pub fn area_of(role: Role) -> &'static str {
    match role {
        Role::Resident | Role::GridWorker => EAST,
        Role::GridLeader | Role::VillageAgent => "500114119201",
        Role::DistrictViewer => "500114",
        _ => TOWN,
    }
}

/// One person per role; the resident lives in the first place and reported what is there.
pub fn callers(town: &Town, resident: Person) -> Vec<Caller> {
    let person =
        |role| if role == Role::Resident { resident.clone() } else { town.staff(role, area_of(role)) };
    Role::ALL.iter().map(|role| Caller { role: *role, area: area_of(*role), person: person(*role) }).collect()
}

/// The four places, of which the first is `own`'s.
pub async fn places(town: &Town, own: &Person) -> Vec<Place> {
    let others = town.resident(EAST);
    let next = town.resident(NEXT_VILLAGE);
    let far = town.resident(NEXT_TOWN);
    let mut places = Vec::new();
    for (n, grid) in [EAST, NEXT_VILLAGE, NEXT_TOWN].into_iter().enumerate() {
        draw(town, grid, 108.0 + n as f64 / 100.0).await;
    }
    for (name, grid, resident) in [
        ("own", EAST, own),
        ("of a neighbour", EAST, &others),
        ("in the next village", NEXT_VILLAGE, &next),
        ("in the next town", NEXT_TOWN, &far),
    ] {
        places.push(furnish(town, name, grid, resident).await);
    }
    places
}

/// Gives `grid` a boundary: a square from `west` on, degrees.
async fn draw(town: &Town, grid: &str, west: f64) {
    let (w, e) = (west, west + 0.01);
    let ring = json!([[[w, 29.0], [e, 29.0], [e, 29.01], [w, 29.01], [w, 29.0]]]);
    let body = json!({ "datum": "wgs84", "geometry": { "type": "Polygon", "coordinates": ring } });
    let admin = town.staff(Role::Admin, &grid[..9]);
    let request = admin.signs(TestRequest::put(), &format!("/api/v1/areas/{grid}/boundary"));
    let request = request.insert_header(("If-Match", "\"1\"")).set_json(body);
    assert_eq!(town.ask(request).await.status, 200);
}

async fn furnish(town: &Town, name: &'static str, grid: &'static str, resident: &Person) -> Place {
    let photo = Id::<Photo>::new().to_string();
    made(town, resident.signs(TestRequest::post(), "/api/v1/photos"), upload(&photo)).await;
    let hazard = Id::<Hazard>::new().to_string();
    let body = json!({
        "id": hazard, "area_code": grid, "field": "road_traffic", "title": "示例隐患", "detail": "示例", "photos": [photo]
    });
    assert_eq!(resident.post(town, "/api/v1/hazards", body).await.status, 201);
    let dispute = Id::<Dispute>::new().to_string();
    let body = json!({
        "id": dispute, "area_code": grid, "dispute_type": "water_irrigation", "title": "示例纠纷", "detail": "示例"
    });
    assert_eq!(resident.post(town, "/api/v1/disputes", body).await.status, 201);
    let event = Id::<Event>::new().to_string();
    let body = json!({
        "id": event, "area_code": grid, "category": "facility", "title": "示例事件", "detail": "示例",
        "place": { "address": "示例" }
    });
    assert_eq!(resident.post(town, "/api/v1/events", body).await.status, 201);
    let admin = town.staff(Role::Admin, &grid[..9]);
    let body = json!({ "area": grid, "name": "示例人员", "phone": unused_phone() });
    let request =
        admin.signs(TestRequest::post(), "/api/v1/staff").insert_header(("Idempotency-Key", photo.clone()));
    let staff = town.ask(request.set_json(body)).await.text("id");
    let body = json!({ "area": grid, "name": "示例看板" });
    let request =
        admin.signs(TestRequest::post(), "/api/v1/displays").insert_header(("Idempotency-Key", grid));
    let display = town.ask(request.set_json(body)).await.text("id");
    let inspector = town.staff(Role::GridWorker, grid);
    let inspector = (&inspector, Id::<Staff>::from_uuid(inspector.id).to_string());
    let (site, campaign) = (enter(town, grid).await, organise(town, grid).await);
    let household = resident.household.unwrap().to_string();
    let notice = publish(town, grid).await;
    Place {
        name,
        grid,
        hazard,
        dispute,
        event,
        outlet: hang(town, grid).await,
        visit: visit(town, grid, &notice, &household).await,
        notice,
        inspection: inspect(town, grid, &campaign, &inspector).await,
        site,
        campaign,
        inspector: inspector.1,
        lead: tell(town, resident).await,
        dissuasion: dissuade(town, grid).await,
        photo,
        conflict: conflict(town, grid).await,
        household,
        resident: Id::<Resident>::from_uuid(resident.id).to_string(),
        staff,
        display,
    }
}

/// A notice that the households of `grid` have in their feeds.
async fn publish(town: &Town, grid: &str) -> String {
    let officer = town.staff(Role::PublicityOfficer, &grid[..9]);
    let approver = town.staff(Role::Approver, &grid[..9]);
    let id = Id::<Notice>::new().to_string();
    let body = json!({ "id": id, "kind": "policy", "title": "示例通知", "body": "示例", "areas": [grid], "channels": [] });
    let url = format!("/api/v1/notices/{id}");
    assert_eq!(officer.post(town, "/api/v1/notices", body).await.status, 201);
    assert_eq!(officer.step(town, &format!("{url}/submission"), 1, json!({})).await.status, 200);
    assert_eq!(approver.step(town, &format!("{url}/approval"), 2, json!({})).await.status, 200);
    assert_eq!(officer.step(town, &format!("{url}/publication"), 3, json!({})).await.status, 200);
    id
}

/// A lead that `resident` reports.
async fn tell(town: &Town, resident: &Person) -> String {
    let id = Id::<Lead>::new().to_string();
    let body = json!({
        "id": id, "fraud_type": "romance", "way": "call", "suspect": { "kind": "phone", "value": unused_phone() },
        "detail": "示例"
    });
    assert_eq!(resident.post(town, "/api/v1/fraud_leads", body).await.status, 201);
    id
}

/// A dissuasion that an officer writes down in `grid`.
async fn dissuade(town: &Town, grid: &str) -> String {
    let officer = town.staff(Role::StationOfficer, &grid[..9]);
    let id = Id::<Dissuasion>::new().to_string();
    let body = json!({
        "id": id, "area_code": grid, "happened_at": "2026-03-01T01:00:00.000Z", "fraud_type": "romance", "way": "call",
        "outsider_name": "示例甲", "at_risk_fen": 1, "saved_fen": 1, "method": "phone", "result": "stopped"
    });
    assert_eq!(officer.post(town, "/api/v1/dissuasions", body).await.status, 201);
    id
}

/// A screen in `grid`.
async fn hang(town: &Town, grid: &str) -> String {
    let officer = town.staff(Role::PublicityOfficer, &grid[..9]);
    let id = Id::<Outlet>::new().to_string();
    let body = json!({
        "id": id, "area_code": grid, "kind": "led", "name": "示例屏",
        "target": { "to": "http://192.0.2.7/show", "secret": HOOK_SECRET }
    });
    assert_eq!(officer.post(town, "/api/v1/outlets", body).await.status, 201);
    id
}

/// A visit that brought `notice` to `household` and found nobody.
async fn visit(town: &Town, grid: &str, notice: &str, household: &str) -> String {
    let approver = town.staff(Role::Approver, &grid[..9]);
    let due = json!({ "due_on": "2026-03-20" });
    let opened = approver.post(town, &format!("/api/v1/notices/{notice}/visit_tasks"), due).await;
    assert_eq!(opened.status, 202, "{opened:?}");
    crate::visits::write_tasks(town).await;
    let worker = town.staff(Role::GridWorker, grid);
    let id = Id::<Visit>::new().to_string();
    let body = json!({ "id": id, "notice_id": notice, "household_id": household, "result": "absent" });
    let answer = worker.post(town, "/api/v1/visits", body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    id
}

/// A conflict of somebody who works in `grid`: one id, two contents.
async fn conflict(town: &Town, grid: &'static str) -> String {
    let phone = Phone::of(town.staff(Role::GridWorker, grid));
    let mut report = phone.report(grid);
    phone.push(town, &[report.clone()]).await;
    report.say("title", "示例:另一份内容");
    let answer = phone.push(town, &[report.again()]).await;
    answer.body["results"][0]["conflict"].as_str().unwrap().to_owned()
}

/// A place of the ledger in `grid`.
async fn enter(town: &Town, grid: &str) -> String {
    let officer = town.staff(Role::StationOfficer, &grid[..9]);
    let id = Id::<Site>::new().to_string();
    let body = json!({
        "id": id, "area_code": grid, "name": "示例超市", "kind": "shop", "risk": "yellow", "address": "示例街 1 号",
        "responsible": { "name": "示例甲" }, "check_every_days": 30
    });
    assert_eq!(officer.post(town, "/api/v1/places", body).await.status, 201);
    id
}

/// A campaign in `grid` alone.
async fn organise(town: &Town, grid: &str) -> String {
    let officer = town.staff(Role::StationOfficer, &grid[..9]);
    let id = Id::<Campaign>::new().to_string();
    let body = json!({
        "id": id, "name": "示例行动", "field": "fire", "from": "2026-03-01", "to": "2026-03-31", "areas": [grid],
        "items": [{ "text": "示例" }]
    });
    assert_eq!(officer.post(town, "/api/v1/campaigns", body).await.status, 201);
    id
}

/// An inspection of a campaign.
async fn inspect(town: &Town, grid: &str, campaign: &str, (who, id): &(&Person, String)) -> String {
    let inspection = Id::<Inspection>::new().to_string();
    let body = json!({
        "id": inspection, "area_code": grid, "spot": { "address": "示例街口" }, "checklist": 1, "inspectors": [id],
        "results": [{ "item": 1, "result": "pass" }]
    });
    let answer = who.post(town, &format!("/api/v1/campaigns/{campaign}/inspections"), body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    inspection
}

async fn made(town: &Town, request: TestRequest, (media, form): (String, Vec<u8>)) {
    let answer = town.ask(request.insert_header(("Content-Type", media)).set_payload(form)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
}

/// The one sign-in of somebody.
pub fn session_of(town: &Town, person: &Person) -> String {
    let own = sessions::table.filter(sessions::subject_id.eq(Id::<Staff>::from_uuid(person.id)));
    let id: Id<Session> = own.select(sessions::id).first(&mut town.connect()).unwrap();
    id.to_string()
}

/// A post in `grid` that can be ended.
pub fn post_in(town: &Town, grid: &str) -> String {
    let holder = town.staff(Role::GridWorker, grid);
    let own = posts::table.filter(posts::staff_id.eq(Id::<Staff>::from_uuid(holder.id)));
    let id: Id<PostId> = own.select(posts::id).first(&mut town.connect()).unwrap();
    id.to_string()
}

/// A household's id, new.
pub fn new_household() -> String {
    Id::<Household>::new().to_string()
}
