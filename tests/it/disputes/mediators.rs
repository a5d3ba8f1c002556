//! Who mediates: one or several, none concerned in it, and another when a party asks for it. And for how long.

use diesel::prelude::*;
use serde_json::{Value, json};
use wangge::platform::access::Role;
use wangge::platform::db::Doc;
use wangge::platform::db::schema::audit_entries;

use super::{VILLAGE, acceptance, basis, mediating, new_id, party, registers, registration, staff_id, url};
use crate::town::{Answer, EAST, NEXT_VILLAGE, Person, TOWN, Town};

fn replaced_by(mediators: &[&Person], asked_by: Option<String>) -> Value {
    let mediators: Vec<_> = mediators.iter().map(|who| staff_id(who)).collect();
    json!({ "mediators": mediators, "asked_by": asked_by, "reason": "示例:与对方相熟" })
}

async fn accepted(town: &Town, mediator: &Person) -> Answer {
    let worker = town.staff(Role::GridWorker, EAST);
    let dispute = registers(town, &worker, registration(&new_id(), EAST)).await;
    let body = acceptance(&dispute, true);
    mediator.step(town, &format!("{}/acceptance", url(&dispute)), 1, body).await
}

#[actix_web::test]
async fn several_mediators_work_together_and_each_must_be_fit() {
    let town = Town::new();
    let (lead, beside) = (town.staff(Role::Mediator, VILLAGE), town.staff(Role::Mediator, TOWN));
    let dispute = accepted(&town, &lead).await;
    let path = format!("{}/mediation", url(&dispute));
    let with = |others: &[&Person]| {
        let others: Vec<_> = others.iter().map(|who| staff_id(who)).collect();
        json!({ "mode": "joint", "committee": "示例村人民调解委员会", "co_mediators": others })
    };
    let (elsewhere, worker) = (town.staff(Role::Mediator, NEXT_VILLAGE), town.staff(Role::GridWorker, EAST));
    for unfit in [&elsewhere, &worker, &lead] {
        let refused = lead.step(&town, &path, 2, with(&[unfit])).await;
        assert_eq!((refused.status, refused.fields()), (422, vec!["co_mediators"]), "{refused:?}");
    }
    assert_eq!(lead.step(&town, &path, 2, with(&[&beside; 5])).await.fields(), ["co_mediators"]);
    let begun = lead.step(&town, &path, 2, with(&[&beside])).await;
    assert_eq!(begun.text("mediator"), staff_id(&lead), "{begun:?}");
    assert_eq!(begun.body["co_mediators"], json!([staff_id(&beside)]));
    assert_eq!(begun.text("committee"), "示例村人民调解委员会");
    let mut held = super::session(&dispute, &lead);
    held["mediators"] = json!([staff_id(&lead), staff_id(&beside)]);
    assert_eq!(lead.step(&town, &format!("{}/sessions", url(&dispute)), 3, held).await.status, 200);
}

#[actix_web::test]
async fn a_co_mediator_who_is_a_party_is_refused() {
    let town = Town::new();
    let (lead, concerned) = (town.staff(Role::Mediator, VILLAGE), town.staff(Role::Mediator, VILLAGE));
    let mut body = registration(&new_id(), EAST);
    body["parties"][1]["phone"] = concerned.phone.clone().into();
    let dispute = registers(&town, &lead, body).await;
    let body = acceptance(&dispute, true);
    lead.step(&town, &format!("{}/acceptance", url(&dispute)), 1, body).await;
    let named = json!({ "mode": "joint", "co_mediators": [staff_id(&concerned)] });
    let refused = lead.step(&town, &format!("{}/mediation", url(&dispute)), 2, named).await;
    assert_eq!(refused.told(), (409, "guard_refused"), "{refused:?}");
}

#[actix_web::test]
async fn a_party_asks_for_another_mediator_and_the_one_before_does_not_come_back() {
    let town = Town::new();
    let (first, second) = (town.staff(Role::Mediator, VILLAGE), town.staff(Role::Mediator, VILLAGE));
    let dispute = mediating(&town, &first).await;
    let path = format!("{}/mediators", url(&dispute));
    let asks = party(&dispute, 1);
    for (body, field) in [
        (replaced_by(&[&first], None), "mediators"),
        (replaced_by(&[], None), "mediators"),
        (replaced_by(&[&first, &second], Some(asks.clone())), "mediators"),
        (replaced_by(&[&second], Some("party_01h455vb4pex5vsknk084sn02q".into())), "asked_by"),
        (replaced_by(&[&town.staff(Role::Mediator, NEXT_VILLAGE)], None), "mediators"),
    ] {
        let refused = first.step(&town, &path, 3, body).await;
        assert_eq!((refused.status, refused.fields()), (422, vec![field]), "{refused:?}");
    }
    let changed = first.step(&town, &path, 3, replaced_by(&[&second], Some(asks.clone()))).await;
    assert_eq!((changed.status, changed.text("mediator")), (200, staff_id(&second)), "{changed:?}");
    let desk = second.get(&town, "/api/v1/cases?view=desk").await;
    assert_eq!(desk.body["items"][0]["id"], changed.body["id"], "it is on the new mediator's desk");

    let back = second.step(&town, &path, 4, replaced_by(&[&first], None)).await;
    assert_eq!(
        (back.status, back.fields(), basis(&back)),
        (422, vec!["mediators"], ("人民调解法", "第二十三条"))
    );
    let by_the_first = super::session(&dispute, &first);
    let held = second.step(&town, &format!("{}/sessions", url(&dispute)), 4, by_the_first).await;
    assert_eq!(held.fields(), ["mediators"]);

    let entries: Vec<Doc> = audit_entries::table
        .filter(audit_entries::action.eq("dispute.mediators"))
        .select(audit_entries::details)
        .load(&mut town.connect())
        .unwrap();
    let entry =
        json!({ "before": [staff_id(&first)], "after": [staff_id(&second)], "asked_by": asks, "version": 4 });
    assert_eq!(entries.into_iter().map(|entry| entry.0).collect::<Vec<_>>(), [entry]);
}

#[actix_web::test]
async fn mediation_goes_on_for_longer_once_when_both_sides_agree() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let dispute = mediating(&town, &mediator).await;
    let path = format!("{}/extension", url(&dispute));
    let agreed_by = |who: &[usize], days: u32| json!({ "days": days, "agreed_by": who.iter().map(|n| party(&dispute, *n)).collect::<Vec<_>>() });
    assert_eq!(mediator.step(&town, &path, 3, agreed_by(&[0], 15)).await.fields(), ["agreed_by"]);
    assert_eq!(mediator.step(&town, &path, 3, agreed_by(&[0, 1], 31)).await.fields(), ["days"]);
    let longer = mediator.step(&town, &path, 3, agreed_by(&[0, 1], 15)).await;
    assert_eq!((longer.status, longer.text("due_on")), (200, "2026-04-16".into()), "{longer:?}");
    let again = mediator.step(&town, &path, 4, agreed_by(&[0, 1], 5)).await;
    assert_eq!(again.told(), (409, "guard_refused"), "{again:?}");
}
