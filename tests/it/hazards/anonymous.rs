//! Whoever must not be known is known to nobody, and follows the report all the same.

use actix_web::test::TestRequest;
use diesel::prelude::*;
use serde_json::{Value, json};
use wangge::base::id::Id;
use wangge::platform::access::{Identity, Resident, Role, Staff};
use wangge::platform::db::schema::{attachments, audit_entries, cases, hazards, timeline_entries};

use super::{Hazard, report, reports, url};
use crate::contract::places::Photo;
use crate::town::{Answer, EAST, Person, TOWN, Town, upload};

fn anonymous(id: &str) -> Value {
    let mut body = report(id, EAST);
    body["anonymous"] = true.into();
    body
}

pub(super) async fn reports_unknown(town: &Town, who: &Person, photos: &[String]) -> Answer {
    let mut body = anonymous(&Id::<Hazard>::new().to_string());
    body["photos"] = json!(photos);
    let answer = who.post(town, "/api/v1/hazards", body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer
}

/// The upload of a photo under an alias.
fn unknown_photo(who: &Person, id: &str) -> TestRequest {
    let (media, form) = upload(id);
    let flag = b"--edge\r\nContent-Disposition: form-data; name=\"anonymous\"\r\n\r\ntrue\r\n";
    let form = [flag.as_slice(), &form].concat();
    let request = who.signs(TestRequest::post(), "/api/v1/photos").insert_header(("Content-Type", media));
    request.set_payload(form)
}

pub(super) async fn photo_unknown(town: &Town, who: &Person, id: &str) -> Answer {
    town.ask(unknown_photo(who, id)).await
}

/// Every text and every id that rows of a report hold.
fn rows(town: &Town) -> String {
    let mut c = town.connect();
    let case: Vec<(String, Id<Photo>)> =
        cases::table.select((cases::reporter_kind, cases::reporter_id)).load(&mut c).unwrap();
    let sealed: Vec<Option<Vec<u8>>> = hazards::table.select(hazards::reporter_sealed).load(&mut c).unwrap();
    let entries: Vec<(String, Option<Id<Photo>>, Option<String>)> = timeline_entries::table
        .select((timeline_entries::actor_kind, timeline_entries::actor_id, timeline_entries::role))
        .load(&mut c)
        .unwrap();
    type Traced = (String, Option<Id<Photo>>, Option<Id<Photo>>, Option<String>);
    let audit: Vec<Traced> = audit_entries::table
        .select((
            audit_entries::actor_kind,
            audit_entries::actor_id,
            audit_entries::session_id,
            audit_entries::request_id,
        ))
        .load(&mut c)
        .unwrap();
    let photos: Vec<(String, Id<Photo>, String)> = attachments::table
        .select((attachments::uploader_kind, attachments::uploader_id, attachments::area_code))
        .load(&mut c)
        .unwrap();
    format!("{case:?} {sealed:?} {entries:?} {audit:?} {photos:?}")
}

#[actix_web::test]
async fn nothing_that_is_kept_of_an_anonymous_report_names_who_sent_it() {
    for resident in [true, false] {
        let town = Town::new();
        let who = if resident { town.resident(EAST) } else { town.staff(Role::GridWorker, EAST) };
        let photo = Id::<Photo>::new().to_string();
        assert_eq!(photo_unknown(&town, &who, &photo).await.status, 201);
        assert!(
            !rows(&town).contains(&format!("{EAST:?}")),
            "before it goes with a report it lies in the town"
        );
        reports_unknown(&town, &who, &[photo]).await;
        let kept = rows(&town);
        let id = Id::<Photo>::from_uuid(who.id).to_string();
        for trace in [id.trim_start_matches("photo_"), "\"resident\"", "\"staff\"", "grid_worker"] {
            assert!(!kept.contains(trace), "{trace} in {kept}");
        }
    }
}

#[actix_web::test]
async fn those_who_work_on_it_learn_only_that_nobody_is_named() {
    let town = Town::new();
    let (resident, officer) = (town.resident(EAST), town.staff(Role::StationOfficer, TOWN));
    let hazard = reports_unknown(&town, &resident, &[]).await;
    let seen = officer.get(&town, &url(&hazard)).await;
    assert_eq!((seen.text("reporter"), seen.text("source")), ("anonymous".into(), "resident_report".into()));
    let timeline = officer.get(&town, &format!("{}/timeline", url(&hazard))).await;
    assert_eq!((&timeline.body[0]["step"], timeline.body[0].get("role")), (&json!("report"), None));
    let worker = town.staff(Role::GridWorker, EAST);
    let by_worker = reports_unknown(&town, &worker, &[]).await;
    let seen = officer.get(&town, &url(&by_worker)).await;
    assert_eq!((seen.text("reporter"), seen.text("source")), ("anonymous".into(), "resident_report".into()));
    let mut told = anonymous(&Id::<Hazard>::new().to_string());
    told["source"] = "phone".into();
    assert_eq!(worker.post(&town, "/api/v1/hazards", told).await.fields(), ["source"]);
}

#[actix_web::test]
async fn the_reporter_follows_the_result_and_nobody_elses() {
    let town = Town::new();
    let (resident, other) = (town.resident(EAST), town.resident(EAST));
    let officer = town.staff(Role::StationOfficer, TOWN);
    let photo = Id::<Photo>::new().to_string();
    photo_unknown(&town, &resident, &photo).await;
    let named = reports(&town, &resident, EAST).await;
    let hazard = reports_unknown(&town, &resident, std::slice::from_ref(&photo)).await;
    officer
        .step(&town, &format!("{}/grading", url(&hazard)), 1, json!({ "grade": "general", "note": "示例" }))
        .await;

    for list in ["/api/v1/cases?view=mine", "/api/v1/cases"] {
        let mine = resident.get(&town, list).await;
        let ids: Vec<_> =
            mine.body["items"].as_array().unwrap().iter().map(|row| row["id"].clone()).collect();
        assert_eq!(ids, [json!(hazard.text("id")), json!(named.text("id"))], "{list}, newest first");
    }
    let page = resident.get(&town, "/api/v1/cases?view=mine&limit=1").await;
    let next =
        resident.get(&town, &format!("/api/v1/cases?view=mine&limit=1&cursor={}", page.text("next"))).await;
    assert_eq!(next.body["items"][0]["id"], named.text("id"));
    let timeline = resident.get(&town, &format!("{}/timeline", url(&hazard))).await;
    assert_eq!(timeline.body[1]["note"], "示例");
    assert_eq!(resident.get(&town, &format!("/api/v1/photos/{photo}")).await.status, 200);
    for path in [url(&hazard), format!("/api/v1/photos/{photo}")] {
        assert_eq!(other.get(&town, &path).await.told(), (404, "not_found"));
    }
    assert_eq!(other.get(&town, "/api/v1/cases?view=mine").await.body["items"], json!([]));
    let worker = town.staff(Role::GridWorker, EAST);
    let own = reports_unknown(&town, &worker, &[]).await;
    let mine = worker.get(&town, "/api/v1/cases?view=mine").await;
    assert_eq!(mine.body["items"][0]["id"], own.text("id"));
}

#[actix_web::test]
async fn a_resend_is_the_same_record_and_a_name_is_other_content() {
    let town = Town::new();
    let resident = town.resident(EAST);
    let id = Id::<Hazard>::new().to_string();
    let first = resident.post(&town, "/api/v1/hazards", anonymous(&id)).await;
    let again = resident.post(&town, "/api/v1/hazards", anonymous(&id)).await;
    assert_eq!((first.status, again.status, first.text("no")), (201, 200, again.text("no")));
    let named = resident.post(&town, "/api/v1/hazards", report(&id, EAST)).await;
    assert_eq!(named.told(), (409, "id_reused"));
    let neighbour = town.resident(EAST).post(&town, "/api/v1/hazards", anonymous(&id)).await;
    assert_eq!(neighbour.told(), (409, "id_reused"));
}

#[actix_web::test]
async fn a_photo_with_a_name_does_not_go_with_a_report_without_one() {
    let town = Town::new();
    let resident = town.resident(EAST);
    let (named, unknown) = (resident.photo(&town).await, Id::<Photo>::new().to_string());
    let uploaded = photo_unknown(&town, &resident, &unknown).await;
    assert_eq!(photo_unknown(&town, &resident, &unknown).await.status, 200, "a resend");
    assert_eq!(uploaded.body.get("taken_at"), None);
    for (mut body, photo) in [
        (anonymous(&Id::<Hazard>::new().to_string()), named),
        (report(&Id::<Hazard>::new().to_string(), EAST), unknown),
    ] {
        body["photos"] = json!([photo]);
        assert_eq!(resident.post(&town, "/api/v1/hazards", body).await.fields(), ["photos"]);
    }
}

#[actix_web::test]
async fn an_auditor_alone_reveals_who_it_was_and_that_is_written_down() {
    let town = Town::new();
    let (resident, worker) = (town.resident(EAST), town.staff(Role::GridWorker, EAST));
    let auditor = town.staff(Role::Auditor, TOWN);
    let purpose = json!({ "purpose": "示例:核查泄露举报人的线索" });
    for (who, shown) in [
        (&resident, Id::<Resident>::from_uuid(resident.id).to_string()),
        (&worker, Id::<Staff>::from_uuid(worker.id).to_string()),
    ] {
        let reveal = format!("{}/reporter/reveal", url(&reports_unknown(&town, who, &[]).await));
        assert_eq!(auditor.post(&town, &reveal, json!({ "purpose": " " })).await.fields(), ["purpose"]);
        let revealed = auditor.post(&town, &reveal, purpose.clone()).await;
        assert_eq!((revealed.status, revealed.text("reporter")), (200, shown), "{revealed:?}");
        for role in [Role::Approver, Role::StationOfficer, Role::Dispatcher, Role::SecurityAdmin] {
            let refused = town.staff(role, TOWN).post(&town, &reveal, purpose.clone()).await;
            assert_eq!(refused.told(), (403, "forbidden"), "{role}");
        }
    }
    let log = auditor.get(&town, "/api/v1/audit?action=personal.reveal").await;
    assert_eq!(log.body["items"].as_array().map(Vec::len), Some(2));
    let entry = &log.body["items"][0];
    assert_eq!(entry["details"], json!({ "fields": ["reporter"], "purpose": "示例:核查泄露举报人的线索" }));
    let steps = auditor.get(&town, "/api/v1/audit?action=hazard.step").await;
    assert_eq!(steps.body["items"][0]["actor_kind"], "anonymous");
    assert_eq!(steps.body["items"][0].get("actor"), None, "not even an alias");
}

/// Whom the log line of a request names: the middleware that writes it asks the request after the handler.
async fn named_in_log(town: &Town, request: TestRequest) -> Option<String> {
    let answer = town.send(request).await;
    assert_eq!(answer.status().as_u16(), 201);
    match Identity::of(answer.request()) {
        Identity::Known(actor) => Some(actor.shown_id()),
        Identity::Anonymous | Identity::Refused(_) => None,
    }
}

#[actix_web::test]
async fn the_log_line_of_an_anonymous_report_names_no_account() {
    let town = Town::new();
    let resident = town.resident(EAST);
    let account = Id::<Resident>::from_uuid(resident.id).to_string();
    let id = || Id::<Hazard>::new().to_string();
    let reporting = |body: Value| resident.signs(TestRequest::post(), "/api/v1/hazards").set_json(body);
    assert_eq!(named_in_log(&town, reporting(report(&id(), EAST))).await, Some(account));
    assert_eq!(named_in_log(&town, reporting(anonymous(&id()))).await, None);
    let photo = Id::<Photo>::new().to_string();
    assert_eq!(named_in_log(&town, unknown_photo(&resident, &photo)).await, None);
}
