//! The signed paper: kept with the dispute, shown like the agreement's text.

use diesel::prelude::*;
use serde_json::{Value, json};
use wangge::platform::access::Role;
use wangge::platform::db::Doc;
use wangge::platform::db::schema::audit_entries;

use super::{VILLAGE, agreement, mediating, url};
use crate::attachments::uploads;
use crate::town::{Answer, EAST, NEXT_VILLAGE, Person, TOWN, Town};

/// An agreement whose paper has been photographed: the dispute and the photo.
async fn agreed_on_paper(town: &Town, mediator: &Person) -> (Answer, String) {
    let dispute = mediating(town, mediator).await;
    let paper = uploads(town, mediator).await.text("id");
    let mut body = agreement(&dispute);
    body["papers"] = json!([paper]);
    let agreed = mediator.step(town, &format!("{}/agreement", url(&dispute)), 3, body).await;
    assert_eq!(agreed.status, 200, "{agreed:?}");
    (agreed, paper)
}

fn purpose() -> Value {
    json!({ "purpose": "核对归档材料" })
}

#[actix_web::test]
async fn the_signed_paper_is_no_photo_of_the_case_not_even_to_who_took_it() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let (dispute, paper) = agreed_on_paper(&town, &mediator).await;
    for who in [&mediator, &town.staff(Role::Dispatcher, TOWN), &town.staff(Role::Auditor, TOWN)] {
        let listed = who.get(&town, &format!("{}/photos", url(&dispute))).await;
        assert_eq!((listed.status, &listed.body), (200, &json!([])), "{who:?}");
        for address in [format!("/api/v1/photos/{paper}"), format!("/api/v1/photos/{paper}/thumbnail")] {
            assert_eq!(who.get(&town, &address).await.told(), (404, "not_found"), "{who:?} {address}");
        }
    }
    assert!(!dispute.body.to_string().contains(&paper), "{dispute:?}");
}

#[actix_web::test]
async fn the_signed_paper_is_shown_for_a_purpose_to_those_who_work_on_the_case() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let (dispute, paper) = agreed_on_paper(&town, &mediator).await;
    let (text, path) =
        (format!("{}/reveal", url(&dispute)), format!("{}/papers/{paper}/reveal", url(&dispute)));
    let ask = json!({ "purpose": "核对归档材料", "fields": ["agreement"] });
    let plain = mediator.post(&town, &text, ask).await;
    assert_eq!(plain.body["agreement"]["papers"], json!([paper]), "{plain:?}");

    assert_eq!(mediator.post(&town, &path, json!({ "purpose": "" })).await.fields(), ["purpose"]);
    let shown = mediator.post(&town, &path, purpose()).await;
    assert_eq!((shown.status, shown.media.as_str()), (200, "image/jpeg"));
    for (who, told) in [
        (town.staff(Role::GridLeader, VILLAGE), (200, "")),
        (town.staff(Role::Dispatcher, TOWN), (403, "forbidden")),
        (town.staff(Role::Auditor, TOWN), (403, "forbidden")),
        (town.resident(EAST), (403, "forbidden")),
        (town.staff(Role::Mediator, NEXT_VILLAGE), (404, "not_found")),
    ] {
        assert_eq!(who.post(&town, &path, purpose()).await.told(), told, "{who:?}");
    }
    let other = uploads(&town, &mediator).await.text("id");
    let not_its = format!("{}/papers/{other}/reveal", url(&dispute));
    assert_eq!(mediator.post(&town, &not_its, purpose()).await.told(), (404, "not_found"));

    let entries: Vec<Doc> = audit_entries::table
        .filter(audit_entries::action.eq("personal.reveal"))
        .order(audit_entries::lot)
        .select(audit_entries::details)
        .load(&mut town.connect())
        .unwrap();
    let entries: Vec<_> = entries.into_iter().map(|entry| entry.0).collect();
    let entry = json!({ "purpose": "核对归档材料", "fields": ["paper"], "paper": paper });
    assert_eq!(entries[1..], [entry.clone(), entry], "one for each who saw it, none for a refusal");
}
