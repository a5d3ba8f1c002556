//! Nobody takes a step in a dispute that is their own.

use serde_json::{Value, json};
use wangge::base::id::Id;
use wangge::platform::access::{Role, Staff};

use super::{VILLAGE, acceptance, agreement, new_id, registers, registration, session, url};
use crate::town::{EAST, Person, TOWN, Town};

/// The noun of a step, and what it sends.
type Step<'a> = (&'a str, Value);

/// A registration in which `party` is the respondent.
fn against(party: &Person) -> Value {
    let mut body = registration(&new_id(), EAST);
    body["parties"][1]["phone"] = party.phone.clone().into();
    body
}

#[actix_web::test]
async fn a_mediator_holds_a_post_there_and_is_no_party() {
    let town = Town::new();
    let (mediator, colleague) = (town.staff(Role::Mediator, VILLAGE), town.staff(Role::Mediator, TOWN));
    let (other, worker) = (town.staff(Role::Mediator, "500114119202"), town.staff(Role::GridWorker, EAST));
    let dispute = registers(&town, &worker, against(&mediator)).await;
    let url = url(&dispute);
    colleague.step(&town, &format!("{url}/acceptance"), 1, acceptance(&dispute, true)).await;
    let path = format!("{url}/mediation");
    let named =
        |who: &Person| json!({ "mode": "on_site", "mediator": Id::<Staff>::from_uuid(who.id).to_string() });
    for stranger in [&other, &worker] {
        assert_eq!(colleague.step(&town, &path, 2, named(stranger)).await.fields(), ["mediator"]);
    }
    let party = colleague.step(&town, &path, 2, named(&mediator)).await;
    assert_eq!(party.told(), (409, "guard_refused"), "{party:?}");
    assert_eq!(colleague.step(&town, &path, 2, json!({ "mode": "on_site" })).await.status, 200);
}

#[actix_web::test]
async fn a_party_takes_no_step_in_its_own_dispute_whoever_mediates() {
    let town = Town::new();
    let (party, colleague) = (town.staff(Role::Mediator, VILLAGE), town.staff(Role::Mediator, TOWN));
    let worker = town.staff(Role::GridWorker, EAST);
    let dispute = registers(&town, &worker, against(&party)).await;
    let url = url(&dispute);
    let mut papers = json!({ "archive_no": "示例4号", "register": true, "records": true, "agreement": true });
    papers["agreement_papers"] = json!([colleague.photo(&town).await]);
    let mut held = session(&dispute, &colleague);
    held["attendees"] = json!([super::party(&dispute, 0)]);
    let told = json!({ "reason": "示例", "remedies_told": true });
    // What the party tries at each version, and then what the colleague does.
    let way: [(&[Step], Step); 8] = [
        (
            &[
                ("consents", json!({ "parties": [{ "side": "third", "name": "示例丙" }] })),
                ("refusal", json!({ "answers": acceptance(&dispute, false)["answers"] })),
                ("withdrawal", json!({ "reason": "示例" })),
            ],
            ("acceptance", acceptance(&dispute, true)),
        ),
        (&[], ("mediation", json!({ "mode": "on_site" }))),
        (&[("draft", json!({ "form": "oral_agreement" }))], ("sessions", held)),
        (&[("failure", told.clone())], ("agreement", agreement(&dispute))),
        (&[], ("checks", json!({ "kind": "return_visit", "finding": "not_yet", "words": "示例" }))),
        (&[], ("performance", json!({}))),
        (
            &[("breach", told)],
            ("fulfilment", json!({ "performed_on": "2026-03-02", "return_visit": "示例" })),
        ),
        (&[], ("archive", papers)),
    ];
    for (version, (tries, (noun, body))) in (1..).zip(way) {
        for (noun, body) in tries.iter().chain([&(noun, body.clone())]) {
            let own = party.step(&town, &format!("{url}/{noun}"), version, body.clone()).await;
            assert_eq!(own.told(), (409, "guard_refused"), "{noun}: {own:?}");
            assert!(own.text("detail").starts_with("您是本件当事人"), "{noun}: {own:?}");
        }
        let answer = colleague.step(&town, &format!("{url}/{noun}"), version, body).await;
        assert_eq!(answer.status, 200, "{noun}: {answer:?}");
    }
}
