//! Outlets: where a notice is shown and no household is counted for.

use std::sync::{Arc, Mutex};

use diesel::prelude::*;
use serde_json::{Value, json};
use wangge::base::id::Id;
use wangge::features::outlets::{self, Message, SendExposure};
use wangge::platform::access::Role;
use wangge::platform::db::schema::{exposures, outlets as rows};
use wangge::platform::outbox::{Handlers, OutboxSettings, Runner};
use wangge::platform::push::Outcome;
use wangge::platform::web::App;

use crate::contract::places::{Exposure, Outlet};
use crate::fakes::gateway::HOOK_SECRET;
use crate::town::{Answer, EAST, NEXT_TOWN, Person, TOWN, Town};
use crate::visits::{coverage, published};

const ROBOT: &str = "693a91f6-0000-4bc4-97a0-0ec2sifa5aaa";

fn outlet(kind: &str, area: &str) -> Value {
    json!({ "id": Id::<Outlet>::new(), "area_code": area, "kind": kind, "name": "示例阵地", "audience": 200 })
}

fn machine(kind: &str, to: &str) -> Value {
    let mut body = outlet(kind, TOWN);
    body["target"] = json!({ "to": to });
    if to.starts_with("http") {
        body["target"]["secret"] = json!(HOOK_SECRET);
    }
    body
}

async fn kept(town: &Town, officer: &Person, body: Value) -> String {
    let answer = officer.post(town, "/api/v1/outlets", body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.text("id")
}

/// A machine that hears everything, and answers each time the same.
#[derive(Clone)]
struct Ear {
    heard: Arc<Mutex<Vec<String>>>,
    answers: Outcome,
}

impl Ear {
    fn new(answers: Outcome) -> Self {
        Self { heard: Arc::default(), answers }
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    /// Does what is due.
    async fn work(&self, town: &Town) {
        let ear = self.clone();
        let handlers = Handlers::new().on(move |job: SendExposure, app: App| {
            let ear = ear.clone();
            async move {
                let tell = |message: Message| async move {
                    ear.heard.lock().unwrap().push(match message {
                        Message::Robot { key, text } => format!("{key} {text}"),
                        Message::Webhook { url, secret, id, body } => {
                            format!("{url} {} {id} {body}", secret.unwrap_or_default())
                        }
                    });
                    ear.answers.clone()
                };
                outlets::send(&app.db, &app.vault, job, tell).await
            }
        });
        let app = town.house.app.as_ref().clone();
        Runner::new(app.db.clone(), handlers, app, OutboxSettings::new(vec![])).run_due().await.unwrap();
    }
}

async fn broadcast(town: &Town, officer: &Person, notice: &str, outlets: &[&str]) -> Answer {
    officer.post(town, &format!("/api/v1/notices/{notice}/broadcast"), json!({ "outlets": outlets })).await
}

fn states(answer: &Answer) -> Vec<&str> {
    let shown = answer.body["exposures"].as_array().or(answer.body["items"].as_array()).unwrap();
    shown.iter().map(|one| one["state"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn what_is_shown_is_summed_up_apart_and_brings_coverage_nowhere() {
    let town = Town::new();
    town.resident(EAST);
    let notice = published(&town, &[TOWN]).await;
    let (officer, worker) = (town.staff(Role::PublicityOfficer, TOWN), town.staff(Role::GridWorker, EAST));
    let wall = kept(&town, &officer, outlet("outdoor", EAST)).await;
    let group = kept(&town, &officer, outlet("wx_group", EAST)).await;
    let path = format!("/api/v1/notices/{notice}/exposures");
    let hand = |outlet: &str, times: i32| json!({ "id": Id::<Exposure>::new(), "outlet_id": outlet, "times": times });
    let leaflets = hand(&wall, 30);
    assert_eq!(worker.post(&town, &path, leaflets.clone()).await.status, 201);
    assert_eq!(worker.post(&town, &path, leaflets.clone()).await.status, 200, "a resend");
    let mut other = leaflets;
    other["times"] = json!(31);
    assert_eq!(worker.post(&town, &path, other).await.told(), (409, "id_reused"));
    for times in [1, 2] {
        assert_eq!(worker.post(&town, &path, hand(&group, times)).await.status, 201);
    }
    let summary = officer.get(&town, &format!("/api/v1/notices/{notice}/exposure_summary")).await.body;
    let group = json!({ "kind": "wx_group", "outlets": 1, "showings": 2, "times": 3, "audience": 200 });
    let wall = json!({ "kind": "outdoor", "outlets": 1, "showings": 1, "times": 30, "audience": 200 });
    assert_eq!(summary["kinds"], json!([group, wall]));
    let covered = coverage(&town, &notice).await;
    assert_eq!((&covered["none"], &covered["rate"]), (&json!(1), &json!(0.0)), "shown is not told");
}

#[actix_web::test]
async fn a_machine_is_told_once_however_often_it_is_asked_for() {
    let town = Town::new();
    let notice = published(&town, &[TOWN]).await;
    let officer = town.staff(Role::PublicityOfficer, TOWN);
    let mut led = machine("led", "https://led.example.cn/show");
    led["target"]["secret"] = json!("whsec_c2FtcGxlLXNpZ25pbmctc2VjcmV0LTAxMjM0NTY3ODlhYg==");
    let led = kept(&town, &officer, led).await;
    let group = kept(&town, &officer, machine("wecom_group", ROBOT)).await;
    let first = broadcast(&town, &officer, &notice, &[&led, &group]).await;
    assert_eq!((first.status, states(&first)), (202, vec!["waiting", "waiting"]));
    let ear = Ear::new(Outcome::Accepted { provider_ref: Some("7".into()) });
    ear.work(&town).await;
    let again = broadcast(&town, &officer, &notice, &[&group, &led, &led]).await;
    assert_eq!(states(&again), ["sent", "sent"]);
    ear.work(&town).await;
    let mut heard = ear.heard();
    heard.sort();
    assert_eq!(heard.len(), 2);
    assert!(heard[0].starts_with(ROBOT) && heard[0].contains("先打 96110 核实"), "{heard:?}");
    assert!(heard[1].starts_with("https://led.example.cn/show whsec_c2Ft"), "{heard:?}");
    assert!(heard[1].contains("(示例)警惕冒充客服:先打 96110 核实"), "a line of a screen: {heard:?}");
    let mut c = town.connect();
    let sealed: Vec<Option<Vec<u8>>> = rows::table.select(rows::target_sealed).load(&mut c).unwrap();
    assert!(sealed.iter().flatten().all(|target| !String::from_utf8_lossy(target).contains("example")));
    let shown = officer.get(&town, &format!("/api/v1/outlets/{led}")).await.body;
    assert_eq!((&shown["machine"], &shown["signed"]), (&json!(true), &json!(true)));
    assert!(!shown.to_string().contains("led.example.cn"), "never shown again: {shown}");
}

#[actix_web::test]
async fn a_machine_shows_the_very_words_that_the_office_saw_before() {
    let town = Town::new();
    let notice = published(&town, &[TOWN]).await;
    let officer = town.staff(Role::PublicityOfficer, TOWN);
    let seen = officer.get(&town, &format!("/api/v1/notices/{notice}/texts")).await.body;
    let machines = [
        ("led", "https://led.example.cn/show", "led"),
        ("loudspeaker", "https://horn.example.cn/say", "loudspeaker"),
        ("wecom_group", ROBOT, "wecom"),
    ];
    for (kind, to, text) in machines {
        let outlet = kept(&town, &officer, machine(kind, to)).await;
        broadcast(&town, &officer, &notice, &[&outlet]).await;
        let ear = Ear::new(Outcome::Accepted { provider_ref: None });
        ear.work(&town).await;
        let heard = ear.heard();
        let words = &seen[text];
        let said = match kind {
            "wecom_group" => heard[0].ends_with(words.as_str().unwrap()),
            _ => heard[0].contains(&format!("\"text\":{words}")),
        };
        assert!(heard.len() == 1 && said, "{words} is not {heard:?}");
    }
}

#[actix_web::test]
async fn one_robot_is_told_eighteen_times_a_minute_and_the_rest_wait_for_their_turn() {
    let town = Town::new();
    let officer = town.staff(Role::PublicityOfficer, TOWN);
    let ear = Ear::new(Outcome::Accepted { provider_ref: None });
    // Two groups with one robot.
    let groups = [
        kept(&town, &officer, machine("wecom_group", ROBOT)).await,
        kept(&town, &officer, machine("wecom_group", ROBOT)).await,
    ];
    for _ in 0..10 {
        let notice = published(&town, &[TOWN]).await;
        assert_eq!(broadcast(&town, &officer, &notice, &[&groups[0], &groups[1]]).await.status, 202);
    }
    ear.work(&town).await;
    assert_eq!(ear.heard().len(), 18);
    town.pass(chrono::TimeDelta::seconds(59));
    ear.work(&town).await;
    assert_eq!(ear.heard().len(), 18);
    town.pass(chrono::TimeDelta::seconds(2));
    ear.work(&town).await;
    assert_eq!(ear.heard().len(), 20);
}

#[actix_web::test]
async fn what_failed_is_tried_again_and_what_may_have_been_shown_is_not() {
    let town = Town::new();
    let officer = town.staff(Role::PublicityOfficer, TOWN);
    let speaker = kept(&town, &officer, machine("loudspeaker", "http://192.0.2.7/say")).await;
    let told = |outcome: Outcome| {
        let (town, officer, speaker) = (&town, &officer, speaker.as_str());
        async move {
            let notice = published(town, &[TOWN]).await;
            broadcast(town, officer, &notice, &[speaker]).await;
            let ear = Ear::new(outcome);
            for _ in 0..7 {
                ear.work(town).await;
                town.pass(chrono::TimeDelta::hours(1));
            }
            let shown = officer.get(town, &format!("/api/v1/notices/{notice}/exposures")).await;
            (ear.heard().len(), states(&shown)[0].to_owned(), notice)
        }
    };
    let (tries, state, _) = told(Outcome::Unknown).await;
    assert_eq!((tries, state.as_str()), (1, "unknown"));
    let (tries, state, notice) = told(Outcome::Retry).await;
    assert_eq!((tries, state.as_str()), (5, "failed"));
    // Whoever asks again has it tried again.
    assert_eq!(states(&broadcast(&town, &officer, &notice, &[&speaker]).await), ["waiting"]);
    let ear = Ear::new(Outcome::Accepted { provider_ref: None });
    ear.work(&town).await;
    assert_eq!(ear.heard().len(), 1);
}

#[actix_web::test]
async fn a_cancelled_notice_is_not_shown_any_more() {
    let town = Town::new();
    let (officer, approver) = (town.staff(Role::PublicityOfficer, TOWN), town.staff(Role::Approver, TOWN));
    let led = kept(&town, &officer, machine("led", "https://led.example.cn/show")).await;
    let notice = published(&town, &[TOWN]).await;
    broadcast(&town, &officer, &notice, &[&led]).await;
    let url = format!("/api/v1/notices/{notice}");
    approver.step(&town, &format!("{url}/cancellation"), 4, json!({ "reason": "示例" })).await;
    let ear = Ear::new(Outcome::Accepted { provider_ref: None });
    ear.work(&town).await;
    assert!(ear.heard().is_empty());
    let states: Vec<String> = exposures::table.select(exposures::state).load(&mut town.connect()).unwrap();
    assert_eq!(states, ["cancelled"]);
    assert_eq!(broadcast(&town, &officer, &notice, &[&led]).await.told(), (409, "step_not_allowed"));
}

#[actix_web::test]
async fn an_outlet_is_told_only_where_it_has_a_machine_and_only_by_its_own_office() {
    let town = Town::new();
    let officer = town.staff(Role::PublicityOfficer, TOWN);
    let notice = published(&town, &[TOWN]).await;
    let paper = kept(&town, &officer, outlet("paper", EAST)).await;
    let abroad = town.staff(Role::PublicityOfficer, &NEXT_TOWN[..9]);
    let theirs = kept(&town, &abroad, outlet("led", &NEXT_TOWN[..9])).await;
    let refused = broadcast(&town, &officer, &notice, &[&paper, &theirs]).await;
    assert_eq!((refused.status, refused.fields().len()), (422, 2), "{refused:?}");
    let path = format!("/api/v1/notices/{notice}/exposures");
    let body = json!({ "id": Id::<Exposure>::new(), "outlet_id": theirs });
    assert_eq!(officer.post(&town, &path, body).await.fields(), ["outlet_id"]);
    let url = format!("/api/v1/outlets/{paper}");
    let change = |body: Value| {
        let request = actix_web::test::TestRequest::patch();
        let request = officer.signs(request, &url).insert_header(("If-Match", "\"1\"")).set_json(body);
        town.ask(request)
    };
    assert_eq!(change(json!({ "target": { "to": "https://led.example.cn" } })).await.fields(), ["target"]);
    assert_eq!(change(json!({ "in_use": false })).await.status, 200);
    assert_eq!(change(json!({ "in_use": true })).await.told(), (412, "stale_version"));
    let body = json!({ "id": Id::<Exposure>::new(), "outlet_id": paper });
    assert_eq!(officer.post(&town, &path, body).await.fields(), ["outlet_id"], "out of use");
    let bad = machine("wecom_group", "https://qyapi.example.cn");
    let refused = officer.post(&town, "/api/v1/outlets", bad).await;
    assert_eq!(refused.fields(), ["target.to", "target.secret"], "a key is no address, and signs nothing");
    let mut unsigned = machine("led", "https://led.example.cn");
    unsigned["target"]["secret"] = json!("示例签名密钥");
    let refused = officer.post(&town, "/api/v1/outlets", unsigned).await;
    assert_eq!(refused.fields(), ["target.secret"], "not of the form that signs");
}

#[actix_web::test]
async fn a_showing_is_proved_by_photos_for_those_who_see_it() {
    let town = Town::new();
    let notice = published(&town, &[TOWN]).await;
    let officer = town.staff(Role::PublicityOfficer, TOWN);
    let led = kept(&town, &officer, outlet("led", EAST)).await;
    let (photo, foreign) =
        (officer.photo(&town).await, town.staff(Role::GridWorker, EAST).photo(&town).await);
    let path = format!("/api/v1/notices/{notice}/exposures");
    let with = |photo: &str| json!({ "id": Id::<Exposure>::new(), "outlet_id": led, "photos": [photo] });
    assert_eq!(officer.post(&town, &path, with(&foreign)).await.fields(), ["photos"], "another's photo");
    let body = with(&photo);
    let shown = officer.post(&town, &path, body.clone()).await;
    assert_eq!((shown.status, &shown.body["photos"]), (201, &json!([photo])), "{shown:?}");
    assert_eq!(officer.post(&town, &path, body).await.status, 200, "a resend");
    let listed = officer.get(&town, &path).await.body;
    assert_eq!(listed["items"][0]["photos"], json!([photo]));

    let url = format!("/api/v1/exposures/{}/photos/{photo}", shown.text("id"));
    let (near, far) =
        (town.staff(Role::GridWorker, EAST), town.staff(Role::PublicityOfficer, &NEXT_TOWN[..9]));
    for path in [url.clone(), format!("{url}?thumbnail=true")] {
        let picture = near.get(&town, &path).await;
        assert_eq!((picture.status, picture.media.as_str()), (200, "image/jpeg"), "{path}");
    }
    assert_eq!(far.get(&town, &url).await.told(), (404, "not_found"));
    let other = format!("/api/v1/exposures/{}/photos/{foreign}", shown.text("id"));
    assert_eq!(near.get(&town, &other).await.told(), (404, "not_found"));
    assert_eq!(near.get(&town, &format!("/api/v1/photos/{photo}")).await.told().0, 404, "no other address");
}
