//! The paper itself: it names people, so it is printed for a purpose and leaves an audit entry.

use std::io::{Cursor, Read};

use actix_web::test::{TestRequest, read_body};
use diesel::prelude::*;
use serde_json::{Value, json};
use wangge::platform::access::Role;
use wangge::platform::db::Doc;
use wangge::platform::db::schema::audit_entries;

use super::drafts::{drafts, full};
use super::{VILLAGE, mediating, url};
use crate::town::{Answer, EAST, NEXT_VILLAGE, Person, TOWN, Town};

/// A printed paper: status, headers and bytes.
struct Printed {
    status: u16,
    headers: Vec<(String, String)>,
    bytes: Vec<u8>,
}

impl Printed {
    fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }
}

async fn prints(town: &Town, who: &Person, dispute: &Answer, format: &str) -> Printed {
    let body = json!({ "purpose": "打印供双方签字", "format": format });
    let path = format!("{}/draft/reveal", url(dispute));
    let request = who.signs(TestRequest::post(), &path).set_json(body);
    let answer = town.send(request).await;
    let headers = answer.headers().iter();
    let headers =
        headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    Printed { status: answer.status().as_u16(), headers, bytes: read_body(answer).await.to_vec() }
}

#[actix_web::test]
async fn a_written_agreement_is_printed_as_text_with_everybodys_name() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let dispute = mediating(&town, &mediator).await;
    assert_eq!(prints(&town, &mediator, &dispute, "text").await.status, 404, "nobody has drafted one");
    drafts(&town, &mediator, &dispute, full(&dispute)).await;
    let printed = prints(&town, &mediator, &dispute, "text").await;
    assert_eq!((printed.status, printed.header("content-type")), (200, "text/plain; charset=utf-8"));
    assert_eq!(printed.header("cache-control"), "no-store");
    assert!(printed.header("content-disposition").contains(".txt"), "{:?}", printed.headers);
    let text = String::from_utf8(printed.bytes).unwrap();
    for words in [
        "人民调解协议书",
        "编号：示例调〔2026〕1号",
        "申请人：示例甲，示例村二组村民",
        "被申请人：示例乙，示例村三组村民",
        "纠纷类型：用水灌溉",
        "1. 逢单日甲户用水，逢双日乙户用水。履行方式：自行放水；履行期限：2026年4月20日前。",
        "2. 乙方赔偿甲方青苗费500元。履行方式：现金；履行期限：当场履行。",
        "被申请人（签名、盖章或者按指印）",
    ] {
        assert!(text.contains(words), "{words} is missing:\n{text}");
    }
}

#[actix_web::test]
async fn the_record_of_an_oral_agreement_is_printed_too() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let dispute = mediating(&town, &mediator).await;
    let oral = json!({
        "form": "oral_agreement", "items": [{ "content": "示例:当面道歉", "manner": "口头", "at_once": true }]
    });
    drafts(&town, &mediator, &dispute, oral).await;
    let text = String::from_utf8(prints(&town, &mediator, &dispute, "text").await.bytes).unwrap();
    assert!(text.contains("人民调解口头协议登记表") && text.contains("由人民调解员记录"), "{text}");
}

#[actix_web::test]
async fn the_word_document_opens_and_says_the_same() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let dispute = mediating(&town, &mediator).await;
    drafts(&town, &mediator, &dispute, full(&dispute)).await;
    let printed = prints(&town, &mediator, &dispute, "docx").await;
    let media = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    assert_eq!((printed.status, printed.header("content-type")), (200, media));
    let mut package = zip::ZipArchive::new(Cursor::new(printed.bytes)).unwrap();
    let mut xml = String::new();
    package.by_name("word/document.xml").unwrap().read_to_string(&mut xml).unwrap();
    for words in ["人民调解协议书", "示例甲，示例村二组村民", r#"w:eastAsia="仿宋""#, r#"w:w="11906""#]
    {
        assert!(xml.contains(words), "{words} is missing: {xml}");
    }
}

#[actix_web::test]
async fn it_is_printed_for_those_who_work_on_the_case_and_each_time_is_on_record() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let dispute = mediating(&town, &mediator).await;
    drafts(&town, &mediator, &dispute, full(&dispute)).await;
    for (who, status) in [
        (town.staff(Role::GridLeader, VILLAGE), 200),
        (town.staff(Role::Dispatcher, TOWN), 403),
        (town.staff(Role::Auditor, TOWN), 403),
        (town.resident(EAST), 403),
        (town.staff(Role::Mediator, NEXT_VILLAGE), 404),
    ] {
        assert_eq!(prints(&town, &who, &dispute, "docx").await.status, status, "{who:?}");
    }
    let path = format!("{}/draft/reveal", url(&dispute));
    let blank = mediator.post(&town, &path, json!({ "purpose": "", "format": "text" })).await;
    assert_eq!(blank.fields(), ["purpose"]);
    let entries: Vec<Doc> = audit_entries::table
        .filter(audit_entries::action.eq("personal.reveal"))
        .select(audit_entries::details)
        .load(&mut town.connect())
        .unwrap();
    let entries: Vec<Value> = entries.into_iter().map(|entry| entry.0).collect();
    let entry = json!({ "purpose": "打印供双方签字", "fields": ["draft"], "format": "docx" });
    assert_eq!(entries, [entry], "one for who saw it, none for a refusal");
}
