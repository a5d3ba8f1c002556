//! The archive looks into the file: what was ticked must really be there.

use serde_json::{Value, json};
use wangge::platform::access::Role;

use super::{VILLAGE, agreement, basis, mediating, url};
use crate::town::{Answer, Person, Town};

fn ticked() -> Value {
    json!({ "archive_no": "示例8号", "register": true, "records": true, "agreement": true })
}

/// The fields that archiving asks for.
fn asked_for(dispute: &Answer) -> Vec<&str> {
    let actions = dispute.body["actions"].as_array().unwrap();
    let archive = actions.iter().find(|action| action["step"] == "archive").unwrap();
    archive["fields"].as_array().unwrap().iter().map(|field| field.as_str().unwrap()).collect()
}

/// Agreed as `form` says without a recorded session or a paper, and performed; at version 6.
async fn performed(town: &Town, mediator: &Person, form: &str) -> Answer {
    let dispute = mediating(town, mediator).await;
    let url = url(&dispute);
    let mut body = agreement(&dispute);
    body["form"] = form.into();
    let agreed = mediator.step(town, &format!("{url}/agreement"), 3, body).await;
    assert_eq!(agreed.status, 200, "{agreed:?}");
    mediator.step(town, &format!("{url}/performance"), 4, json!({})).await;
    let done = json!({ "performed_on": "2026-03-02", "return_visit": "示例:无异议" });
    mediator.step(town, &format!("{url}/fulfilment"), 5, done).await
}

#[actix_web::test]
async fn a_written_agreement_without_session_and_paper_is_not_put_away_on_ticks_alone() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let dispute = performed(&town, &mediator, "written_agreement").await;
    let path = format!("{}/archive", url(&dispute));
    let papers = ["archive_no", "register", "records", "agreement", "record_papers", "agreement_papers"];
    assert_eq!(asked_for(&dispute), papers, "the button says what is missing");
    let refused = mediator.step(&town, &path, 6, ticked()).await;
    assert_eq!(
        (refused.status, refused.fields()),
        (422, vec!["record_papers", "agreement_papers"]),
        "{refused:?}"
    );
    assert_eq!(basis(&refused), ("人民调解法", "第二十七条"));
    let unticked = json!({ "archive_no": "示例8号" });
    let refused = mediator.step(&town, &path, 6, unticked).await;
    let all = ["register", "records", "agreement", "record_papers", "agreement_papers"];
    assert_eq!(refused.fields(), all);

    let mut brought = ticked();
    brought["record_papers"] = json!([mediator.photo(&town).await]);
    assert_eq!(mediator.step(&town, &path, 6, brought.clone()).await.fields(), ["agreement_papers"]);
    brought["agreement_papers"] = json!([town.staff(Role::Mediator, VILLAGE).photo(&town).await]);
    let anothers = mediator.step(&town, &path, 6, brought.clone()).await;
    assert_eq!(anothers.fields(), ["papers"], "another's photo is not brought along: {anothers:?}");
    let paper = mediator.photo(&town).await;
    brought["agreement_papers"] = json!([paper]);
    let end = mediator.step(&town, &path, 6, brought).await;
    assert_eq!((end.text("state"), end.text("archive_no")), ("archived".into(), "示例8号".into()), "{end:?}");
    let hidden = mediator.get(&town, &format!("/api/v1/photos/{paper}")).await;
    assert_eq!(hidden.told(), (404, "not_found"), "papers are shown for a purpose alone");
}

#[actix_web::test]
async fn the_record_of_an_oral_agreement_is_enough_when_a_session_is_there() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let dispute = performed(&town, &mediator, "oral_agreement").await;
    let path = format!("{}/archive", url(&dispute));
    assert_eq!(mediator.step(&town, &path, 6, ticked()).await.fields(), ["record_papers"]);

    let held = mediating(&town, &mediator).await;
    let with = url(&held);
    mediator.step(&town, &format!("{with}/sessions"), 3, super::session(&held, &mediator)).await;
    let oral =
        json!({ "form": "oral_agreement", "items": ["示例:赔付"], "performance_due_on": "2026-03-02" });
    mediator.step(&town, &format!("{with}/agreement"), 4, oral).await;
    mediator.step(&town, &format!("{with}/performance"), 5, json!({})).await;
    let done = json!({ "performed_on": "2026-03-02", "return_visit": "示例:无异议" });
    let done = mediator.step(&town, &format!("{with}/fulfilment"), 6, done).await;
    assert_eq!(asked_for(&done), ["archive_no", "register", "records", "agreement"]);
    let end = mediator.step(&town, &format!("{with}/archive"), 7, ticked()).await;
    assert_eq!(end.text("state"), "archived", "{end:?}");
}
