//! Disputes, from registration to the archive.

mod archive;
mod conflicts;
mod court;
mod drafts;
mod endings;
mod mediators;
mod papers;
mod performance;
mod printing;
mod privacy;
mod recurrences;
mod sessions;
mod violence;

use serde_json::{Value, json};
use wangge::base::id::{Id, Kind};
use wangge::platform::access::{Role, Staff};

use crate::town::{Answer, EAST, NEXT_TOWN, NEXT_VILLAGE, Person, TOWN, Town, WEST};

const VILLAGE: &str = "500114119201";

/// The id of a dispute, as a phone makes it.
enum Dispute {}
impl Kind for Dispute {
    const PREFIX: &'static str = "dispute";
}

fn registration(id: &str, grid: &str) -> Value {
    json!({
        "id": id, "area_code": grid, "dispute_type": "water_irrigation", "title": "水渠用水纠纷",
        "detail": "示例:两户因灌溉先后发生争执", "occurred_at": "2026-02-20T01:00:00Z", "amount_fen": 50_000,
        "parties": [
            { "side": "applicant", "name": "示例甲", "phone": "13800005678" },
            { "side": "respondent", "name": "示例乙" }
        ]
    })
}

async fn registers(town: &Town, who: &Person, body: Value) -> Answer {
    let answer = who.post(town, "/api/v1/disputes", body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer
}

fn new_id() -> String {
    Id::<Dispute>::new().to_string()
}

fn url(dispute: &Answer) -> String {
    format!("/api/v1/disputes/{}", dispute.text("id"))
}

fn party(dispute: &Answer, n: usize) -> String {
    dispute.body["parties"][n]["id"].as_str().unwrap().to_owned()
}

/// Acceptance with the same answer of everyone.
fn acceptance(dispute: &Answer, consents: bool) -> Value {
    let answers = dispute.body["parties"].as_array().unwrap().iter();
    let answers: Vec<_> = answers.map(|p| json!({ "party": p["id"], "consents": consents })).collect();
    json!({ "answers": answers, "level": "simple" })
}

fn agreement(dispute: &Answer) -> Value {
    json!({
        "form": "written_agreement", "parties": "示例甲、示例乙,同组村民", "facts": "示例:均有责任",
        "items": ["示例:单日甲户用水,双日乙户用水"], "performance_due_on": "2026-04-01",
        "signed": { "parties": [party(dispute, 0), party(dispute, 1)], "mediator": true, "seal": true }
    })
}

/// A dispute in mediation, at version 3.
async fn mediating(town: &Town, mediator: &Person) -> Answer {
    let worker = town.staff(Role::GridWorker, EAST);
    let dispute = registers(town, &worker, registration(&new_id(), EAST)).await;
    let url = url(&dispute);
    mediator.step(town, &format!("{url}/acceptance"), 1, acceptance(&dispute, true)).await;
    let begun = mediator.step(town, &format!("{url}/mediation"), 2, json!({ "mode": "on_site" })).await;
    assert_eq!(begun.text("state"), "mediating", "{begun:?}");
    begun
}

/// Somebody of the staff as bodies name them.
fn staff_id(who: &Person) -> String {
    Id::<Staff>::from_uuid(who.id).to_string()
}

/// A session of everybody.
fn session(dispute: &Answer, mediator: &Person) -> Value {
    let attendees = dispute.body["parties"].as_array().unwrap().iter().map(|party| party["id"].clone());
    json!({
        "at": "2026-03-02T00:30:00.000Z", "place": "示例村委会调解室", "mode": "committee", "open": false,
        "mediators": [staff_id(mediator)], "attendees": attendees.collect::<Vec<_>>(),
        "summary": "示例:双方各让一步", "result": "agreed"
    })
}

/// A dispute with a written agreement, its paper photographed, at version 5.
async fn agreed(town: &Town, mediator: &Person) -> Answer {
    let dispute = mediating(town, mediator).await;
    let url = url(&dispute);
    let held = mediator.step(town, &format!("{url}/sessions"), 3, session(&dispute, mediator)).await;
    assert_eq!(held.status, 200, "{held:?}");
    let mut body = agreement(&dispute);
    body["papers"] = json!([mediator.photo(town).await]);
    let agreed = mediator.step(town, &format!("{url}/agreement"), 4, body).await;
    assert_eq!((agreed.text("state"), agreed.version()), ("agreed".into(), 5), "{agreed:?}");
    agreed
}

/// The steps that the caller is offered.
fn offered(dispute: &Answer) -> Vec<&str> {
    dispute.body["actions"].as_array().unwrap().iter().map(|a| a["step"].as_str().unwrap()).collect()
}

/// Why the caller cannot take a step that is offered.
fn blocked<'a>(dispute: &'a Answer, step: &str) -> Option<&'a str> {
    let actions = dispute.body["actions"].as_array().unwrap();
    let action = actions.iter().find(|action| action["step"] == step);
    action.unwrap_or_else(|| panic!("{step} is not offered: {dispute:?}"))["blocked"].as_str()
}

/// The law that a refusal rests on.
fn basis(refusal: &Answer) -> (&str, &str) {
    let said = |member: &str| refusal.body["basis"][member].as_str().unwrap_or_default();
    (said("law"), said("article"))
}

#[actix_web::test]
async fn a_dispute_is_seen_through_to_the_archive() {
    let town = Town::new();
    let (worker, mediator) = (town.staff(Role::GridWorker, EAST), town.staff(Role::Mediator, VILLAGE));
    let dispute = registers(&town, &worker, registration(&new_id(), EAST)).await;
    assert_eq!(
        (dispute.text("state"), dispute.text("confidential")),
        ("registered".into(), "internal".into())
    );
    assert!(dispute.text("no").starts_with("JF-500114119-2026-"), "{dispute:?}");
    let url = url(&dispute);

    let accepted = mediator.step(&town, &format!("{url}/acceptance"), 1, acceptance(&dispute, true)).await;
    assert_eq!((accepted.status, accepted.text("phase")), (200, "accepted".into()), "{accepted:?}");
    assert_eq!((accepted.text("due_on"), accepted.text("level")), ("2026-04-01".into(), "simple".into()));
    let begun = mediator.step(&town, &format!("{url}/mediation"), 2, json!({ "mode": "committee" })).await;
    assert_eq!((begun.text("phase"), begun.text("due_on")), ("working".into(), "2026-04-01".into()));
    let held = mediator.step(&town, &format!("{url}/sessions"), 3, session(&dispute, &mediator)).await;
    assert_eq!((held.text("state"), held.text("due_on")), ("mediating".into(), "2026-04-01".into()));
    let mut written = agreement(&dispute);
    written["papers"] = json!([mediator.photo(&town).await]);
    let agreed = mediator.step(&town, &format!("{url}/agreement"), 4, written).await;
    assert_eq!((agreed.status, agreed.text("outcome")), (200, "written_agreement".into()), "{agreed:?}");
    assert_eq!(agreed.body["agreement"]["effective_on"], "2026-03-02");
    assert_eq!(agreed.body["agreement"]["judicial_due_on"], "2026-04-01");
    let performing = mediator.step(&town, &format!("{url}/performance"), 5, json!({})).await;
    assert_eq!(
        (performing.text("state"), performing.text("due_on")),
        ("performing".into(), "2026-04-01".into())
    );
    let done = json!({ "performed_on": "2026-03-02", "return_visit": "示例:双方无异议", "note": "已履行" });
    let done = mediator.step(&town, &format!("{url}/fulfilment"), 6, done).await;
    assert_eq!((done.status, done.text("phase")), (200, "resolved".into()), "{done:?}");
    let papers =
        json!({ "archive_no": "示例调〔2026〕1号", "register": true, "records": true, "agreement": true });
    let end = mediator.step(&town, &format!("{url}/archive"), 7, papers).await;
    assert_eq!((end.text("state"), end.text("phase")), ("archived".into(), "closed".into()), "{end:?}");
    assert_eq!(end.body["actions"], json!([]));

    let timeline = worker.get(&town, &format!("{url}/timeline")).await;
    let steps = timeline.body.as_array().unwrap().iter().map(|entry| entry["step"].as_str().unwrap());
    let steps: Vec<_> = steps.collect();
    assert_eq!(steps, ["report", "accept", "mediate", "hold", "agree", "perform", "fulfil", "archive"]);
}

#[actix_web::test]
async fn a_resend_is_the_same_record_with_the_same_parties() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    let id = new_id();
    let first = registers(&town, &worker, registration(&id, EAST)).await;
    let again = worker.post(&town, "/api/v1/disputes", registration(&id, EAST)).await;
    assert_eq!((again.status, &again.body["parties"]), (200, &first.body["parties"]));
    let mut other = registration(&id, EAST);
    other["parties"][0]["name"] = "示例丙".into();
    assert_eq!(worker.post(&town, "/api/v1/disputes", other).await.told(), (409, "id_reused"));
}

#[actix_web::test]
async fn a_recorded_refusal_stops_acceptance_until_the_party_is_asked_anew() {
    let town = Town::new();
    let (worker, leader) = (town.staff(Role::GridWorker, EAST), town.staff(Role::GridLeader, VILLAGE));
    let dispute = registers(&town, &worker, registration(&new_id(), EAST)).await;
    let url = url(&dispute);
    let refused = leader.step(&town, &format!("{url}/acceptance"), 1, acceptance(&dispute, false)).await;
    assert_eq!(refused.told(), (409, "guard_refused"));
    assert_eq!(refused.body["basis"], json!({ "law": "人民调解法", "article": "第十七条" }));
    let unasked = leader.step(&town, &format!("{url}/acceptance"), 1, json!({})).await;
    assert_eq!(unasked.told(), (409, "guard_refused"));

    let says = |consents: bool| json!({ "answers": [{ "party": party(&dispute, 1), "consents": consents }] });
    let recorded = leader.step(&town, &format!("{url}/consents"), 1, says(false)).await;
    assert_eq!((recorded.status, recorded.version()), (200, 2), "{recorded:?}");
    let accept = recorded.body["actions"].as_array().unwrap().iter().find(|a| a["step"] == "accept");
    assert!(accept.unwrap()["blocked"].as_str().unwrap().contains("明确拒绝"), "{recorded:?}");
    let over = leader.step(&town, &format!("{url}/acceptance"), 2, acceptance(&dispute, true)).await;
    assert_eq!(over.told(), (409, "guard_refused"));
    leader.step(&town, &format!("{url}/consents"), 2, says(true)).await;
    let accepted = leader.step(&town, &format!("{url}/acceptance"), 3, acceptance(&dispute, true)).await;
    assert_eq!(accepted.text("state"), "accepted", "{accepted:?}");
}

#[actix_web::test]
async fn what_a_resident_reports_is_accepted_once_both_sides_are_written_down() {
    let town = Town::new();
    let (resident, mediator) = (town.resident(EAST), town.staff(Role::Mediator, VILLAGE));
    let mut body = registration(&new_id(), EAST);
    body["parties"] = json!([]);
    let by_staff = town.staff(Role::GridWorker, EAST).post(&town, "/api/v1/disputes", body.clone()).await;
    assert_eq!((by_staff.told(), by_staff.fields()), ((422, "invalid_fields"), vec!["parties"]));
    let url = url(&registers(&town, &resident, body).await);
    let early = mediator.step(&town, &format!("{url}/acceptance"), 1, json!({})).await;
    assert_eq!(early.told(), (409, "guard_refused"));
    let parties = json!({ "parties": [
        { "side": "applicant", "name": "示例甲", "consents": true },
        { "side": "respondent", "name": "示例乙", "consents": true }
    ] });
    assert_eq!(mediator.step(&town, &format!("{url}/consents"), 1, parties).await.status, 200);
    let accepted = mediator.step(&town, &format!("{url}/acceptance"), 2, json!({})).await;
    assert_eq!(accepted.text("state"), "accepted", "{accepted:?}");
}

#[actix_web::test]
async fn an_agreement_without_its_parts_is_refused_on_its_article() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let dispute = mediating(&town, &mediator).await;
    let path = format!("{}/agreement", url(&dispute));
    let bare = mediator.step(&town, &path, 3, json!({ "form": "written_agreement" })).await;
    let missing = ["items", "parties", "facts", "signed.parties", "signed.mediator", "signed.seal"];
    assert_eq!((bare.told(), bare.fields()), ((422, "invalid_fields"), missing.to_vec()));
    assert_eq!(bare.body["basis"]["article"], "第二十九条");
    let oral = mediator.step(&town, &path, 3, json!({ "form": "oral_agreement" })).await;
    assert_eq!((oral.status, oral.body["basis"]["article"].as_str()), (422, Some("第二十八条")));
    let at_once = json!({ "form": "immediate", "items": ["示例:当场赔付"] });
    let at_once = mediator.step(&town, &path, 3, at_once).await;
    assert_eq!((at_once.status, at_once.text("due_on")), (200, "2026-03-02".into()), "{at_once:?}");
}

#[actix_web::test]
async fn each_step_is_for_its_roles_and_only_in_their_areas() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    let dispute = registers(&town, &worker, registration(&new_id(), EAST)).await;
    let url = url(&dispute);
    let body = acceptance(&dispute, true);
    for (role, area, status) in [
        (Role::GridWorker, EAST, 403),
        (Role::Dispatcher, TOWN, 403),
        (Role::Approver, TOWN, 403),
        (Role::Admin, TOWN, 403),
        (Role::Mediator, "500114119202", 404),
        (Role::GridLeader, "500114120", 404),
    ] {
        let who = town.staff(role, area);
        let answer = who.step(&town, &format!("{url}/acceptance"), 1, body.clone()).await;
        assert_eq!(answer.status, status, "{role}: {answer:?}");
    }
    let steps = [
        "mediation",
        "mediators",
        "sessions",
        "extension",
        "draft",
        "agreement",
        "confirmation",
        "court_decision",
        "performance",
        "checks",
        "fulfilment",
        "failure",
        "transfer",
        "refusal",
        "withdrawal",
        "breach",
        "violence_clearance",
        "archive",
    ];
    for step in steps {
        let leader = town.staff(Role::GridLeader, VILLAGE);
        let answer = leader.step(&town, &format!("{url}/{step}"), 1, json!({})).await;
        assert_eq!(answer.told(), (403, "forbidden"), "{step}");
    }
    for (who, sees) in [
        (town.staff(Role::GridWorker, WEST), 404),
        (town.staff(Role::GridWorker, NEXT_VILLAGE), 404),
        (town.staff(Role::Dispatcher, NEXT_TOWN), 404),
        (town.staff(Role::Dispatcher, TOWN), 200),
        (town.resident(EAST), 404),
    ] {
        assert_eq!(who.get(&town, &url).await.status, sees, "{who:?}");
        assert_eq!(who.get(&town, &format!("{url}/timeline")).await.status, sees, "{who:?}");
        assert_eq!(who.get(&town, &format!("{url}/photos")).await.status, sees, "{who:?}");
    }
}
