//! Drafting an agreement: what is missing and what looks wrong is named, and the draft becomes the agreement.

use serde_json::{Value, json};
use wangge::platform::access::Role;

use super::{VILLAGE, mediating, party, url};
use crate::town::{Answer, Person, TOWN, Town};

/// Everything that a written agreement must say.
pub fn full(dispute: &Answer) -> Value {
    json!({
        "form": "written_agreement", "agreement_no": "示例调〔2026〕1号",
        "situations": [
            { "party": party(dispute, 0), "words": "示例村二组村民" },
            { "party": party(dispute, 1), "words": "示例村三组村民" }
        ],
        "facts": "示例:两户因灌溉先后发生争执", "disputed": "示例:旱季用水先后",
        "responsibilities": "示例:双方均有责任",
        "items": [
            { "content": "逢单日甲户用水，逢双日乙户用水", "manner": "自行放水", "due_on": "2026-04-20" },
            { "content": "乙方赔偿甲方青苗费500元", "manner": "现金", "at_once": true }
        ]
    })
}

/// The fields that the draft lacks.
fn lacks(draft: &Answer) -> Vec<&str> {
    draft.body["missing"].as_array().unwrap().iter().map(|m| m["field"].as_str().unwrap()).collect()
}

pub async fn drafts(town: &Town, mediator: &Person, dispute: &Answer, body: Value) -> Answer {
    let path = format!("{}/draft", url(dispute));
    let drafted = mediator.step(town, &path, 3, body).await;
    assert_eq!((drafted.status, drafted.etag.as_deref()), (200, Some("\"4\"")), "{drafted:?}");
    drafted
}

#[actix_web::test]
async fn a_draft_names_what_article_29_asks_for_and_what_looks_wrong() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let dispute = mediating(&town, &mediator).await;
    let path = format!("{}/draft", url(&dispute));
    assert_eq!(mediator.get(&town, &path).await.told(), (404, "not_found"), "nobody has drafted one");
    let sparse = json!({
        "form": "written_agreement", "facts": "示例:两户争执",
        "items": [{ "content": "乙方赔偿甲方5000，利息另算", "due_on": "2026-02-01" }]
    });
    let drafted = drafts(&town, &mediator, &dispute, sparse).await;
    let situations = [0, 1].map(|n| format!("situations[{}]", party(&dispute, n)));
    let missing = [&situations[0], &situations[1], "disputed", "responsibilities", "items[0].manner"];
    assert_eq!(lacks(&drafted), missing, "{drafted:?}");
    let hints = drafted.body["hints"].as_array().unwrap();
    let kinds: Vec<_> = hints.iter().map(|hint| hint["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["no_unit", "interest", "due_in_past"]);
    assert_eq!(hints[0]["words"], "5000");

    let read = mediator.get(&town, &path).await;
    assert_eq!(read.body, drafted.body, "what is read is what was answered");
    assert!(!read.body.to_string().contains("两户争执"), "what it says is printed, not read: {read:?}");
    let stale = mediator.step(&town, &path, 3, full(&dispute)).await;
    assert_eq!(stale.told(), (412, "stale_version"));
    let complete = mediator.step(&town, &path, 4, full(&dispute)).await;
    assert_eq!((lacks(&complete), &complete.body["hints"]), (vec![], &json!([])), "{complete:?}");
}

#[actix_web::test]
async fn a_draft_is_of_this_disputes_parties_and_made_while_it_is_mediated() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let dispute = mediating(&town, &mediator).await;
    let mut foreign = full(&dispute);
    foreign["situations"][0]["party"] = "party_01h455vb4pex5vsknk084sn02q".into();
    let path = format!("{}/draft", url(&dispute));
    assert_eq!(mediator.step(&town, &path, 3, foreign).await.fields(), ["situations"]);
    let mut long = full(&dispute);
    long["items"][0]["content"] = "长".repeat(301).into();
    assert_eq!(mediator.step(&town, &path, 3, long).await.fields(), ["items[0].content"]);
    assert_eq!(town.staff(Role::Dispatcher, TOWN).get(&town, &path).await.told(), (403, "forbidden"));
    let agreed = super::agreed(&town, &mediator).await;
    let late = mediator.step(&town, &format!("{}/draft", url(&agreed)), 5, full(&agreed)).await;
    assert_eq!(late.told(), (409, "step_not_allowed"));
}

#[actix_web::test]
async fn what_was_drafted_becomes_the_agreement_once_it_is_signed() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let dispute = mediating(&town, &mediator).await;
    drafts(&town, &mediator, &dispute, full(&dispute)).await;
    let path = format!("{}/agreement", url(&dispute));
    let other_form = json!({ "form": "oral_agreement" });
    assert_eq!(
        mediator.step(&town, &path, 4, other_form).await.fields(),
        ["items"],
        "the draft is of another form"
    );
    let unsigned = mediator.step(&town, &path, 4, json!({ "form": "written_agreement" })).await;
    assert_eq!(unsigned.fields(), ["signed.parties", "signed.mediator", "signed.seal"], "{unsigned:?}");
    let signed = json!({
        "form": "written_agreement",
        "signed": { "parties": [party(&dispute, 0), party(&dispute, 1)], "mediator": true, "seal": true }
    });
    let agreed = mediator.step(&town, &path, 4, signed).await;
    assert_eq!((agreed.status, agreed.text("state")), (200, "agreed".into()), "{agreed:?}");
    assert_eq!(agreed.body["agreement"]["no"], "示例调〔2026〕1号");
    assert_eq!(agreed.body["agreement"]["performance_due_on"], "2026-04-20");
    let ask = json!({ "purpose": "核对协议", "fields": ["agreement"] });
    let plain = mediator.post(&town, &format!("{}/reveal", url(&dispute)), ask).await;
    let said = &plain.body["agreement"];
    assert_eq!(said["parties"], "示例甲，示例村二组村民\n示例乙，示例村三组村民", "{plain:?}");
    assert!(said["facts"].as_str().unwrap().contains("争议事项：示例:旱季用水先后"), "{plain:?}");
    assert_eq!(said["items"][1], "乙方赔偿甲方青苗费500元。履行方式：现金；履行期限：当场履行。");
}
