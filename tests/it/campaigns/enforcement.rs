//! What the law asks of an inspection with the power to punish.

use serde_json::{Value, json};
use wangge::platform::access::Role;

use super::{Scene, staff_id};
use crate::town::{Answer, TOWN};

async fn enforces(scene: &Scene, inspectors: &[String], enforcement: Value) -> Answer {
    let mut body = scene.inspection();
    body["inspectors"] = json!(inspectors);
    body["enforcement"] = enforcement;
    scene.inspects(&scene.worker, body).await
}

#[actix_web::test]
async fn two_officers_go_and_nobody_else() {
    let scene = Scene::new().await;
    let officer = || staff_id(&scene.town.staff(Role::EnforcementOfficer, TOWN));
    let (one, two) = (officer(), officer());
    let signed = json!({ "signature": "signed" });
    for few in [vec![one.clone()], vec![one.clone(), staff_id(&scene.worker)]] {
        let refused = enforces(&scene, &few, signed.clone()).await;
        assert_eq!(refused.fields(), ["inspectors"], "{refused:?}");
        let basis = json!({ "law": "中华人民共和国行政处罚法", "article": "第四十二条" });
        assert_eq!(refused.body["basis"], basis);
    }
    let seen = enforces(&scene, &[one, two], signed).await;
    assert_eq!((seen.status, seen.text("signature")), (201, "signed".into()), "{seen:?}");
}

#[actix_web::test]
async fn a_record_that_was_not_signed_says_why() {
    let scene = Scene::new().await;
    let officer = || staff_id(&scene.town.staff(Role::EnforcementOfficer, TOWN));
    let crew = [officer(), officer()];
    let refused = enforces(&scene, &crew, json!({ "signature": "refused" })).await;
    assert_eq!(refused.fields(), ["enforcement.refusal"]);
    assert_eq!(refused.body["basis"]["article"], "第六十八条");
    let told = json!({ "signature": "refused", "refusal": "示例:负责人称需请示" });
    assert_eq!(enforces(&scene, &crew, told).await.status, 201);
}

#[actix_web::test]
async fn a_fine_on_the_spot_is_small_and_has_a_number() {
    let scene = Scene::new().await;
    let officer = || staff_id(&scene.town.staff(Role::EnforcementOfficer, TOWN));
    let crew = [officer(), officer()];
    let fined = |fen: i64, no: Value| json!({ "signature": "signed", "fine_fen": fen, "decision_no": no });
    let large = enforces(&scene, &crew, fined(300_001, json!("示例罚1号"))).await;
    assert_eq!(large.fields(), ["enforcement.fine_fen"]);
    assert_eq!(large.body["basis"]["article"], "第五十一条");
    for wrong in [fined(300_000, Value::Null), json!({ "signature": "signed", "decision_no": "示例罚1号" })]
    {
        assert_eq!(enforces(&scene, &crew, wrong).await.fields(), ["enforcement.decision_no"]);
    }
    let seen = enforces(&scene, &crew, fined(300_000, json!("示例罚1号"))).await;
    assert_eq!((seen.status, seen.body["fine_fen"].as_i64()), (201, Some(300_000)), "{seen:?}");
}
