//! Disputes of the same parties: listed as cases, never as a judgement on anybody.

use chrono::TimeDelta;
use wangge::platform::access::Role;

use super::{VILLAGE, new_id, registers, registration, url};
use crate::town::{Answer, EAST, NEXT_VILLAGE, Person, TOWN, Town};

async fn others(town: &Town, who: &Person, dispute: &Answer) -> Vec<String> {
    let listed = who.get(town, &format!("{}/recurrences", url(dispute))).await;
    assert_eq!(listed.status, 200, "{listed:?}");
    listed.body.as_array().unwrap().iter().map(|case| case["no"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn disputes_of_one_phone_within_half_a_year_show_each_other() {
    let town = Town::new();
    let leader = town.staff(Role::GridLeader, TOWN);
    let old = registers(&town, &leader, registration(&new_id(), EAST)).await;
    town.pass(TimeDelta::days(100));
    let middle = registers(&town, &leader, registration(&new_id(), NEXT_VILLAGE)).await;
    let mut stranger = registration(&new_id(), EAST);
    stranger["parties"][0]["phone"] = "13800009999".into();
    let stranger = registers(&town, &leader, stranger).await;
    town.pass(TimeDelta::days(100));
    let new = registers(&town, &leader, registration(&new_id(), EAST)).await;

    let (first, second, third) = (old.text("no"), middle.text("no"), new.text("no"));
    assert_eq!(others(&town, &leader, &old).await, std::slice::from_ref(&second));
    assert_eq!(others(&town, &leader, &middle).await, [third, first], "the latest first");
    assert_eq!(others(&town, &leader, &new).await, [second], "two hundred days are too long ago");
    assert!(others(&town, &leader, &stranger).await.is_empty());
}

#[actix_web::test]
async fn nobody_learns_of_a_dispute_that_they_may_not_see() {
    let town = Town::new();
    let everywhere = town.staff(Role::Mediator, TOWN);
    let here = registers(&town, &everywhere, registration(&new_id(), EAST)).await;
    registers(&town, &everywhere, registration(&new_id(), NEXT_VILLAGE)).await;
    let mut family = registration(&new_id(), EAST);
    family["dispute_type"] = "marriage_family".into();
    registers(&town, &everywhere, family).await;
    assert_eq!(others(&town, &everywhere, &here).await.len(), 2);
    assert_eq!(
        others(&town, &town.staff(Role::Mediator, VILLAGE), &here).await.len(),
        1,
        "not the next village's"
    );
    assert!(others(&town, &town.staff(Role::GridWorker, EAST), &here).await.is_empty(), "nor a family's");
    let next = town.staff(Role::GridWorker, NEXT_VILLAGE);
    let hidden = next.get(&town, &format!("{}/recurrences", url(&here))).await;
    assert_eq!(hidden.told(), (404, "not_found"));
}
