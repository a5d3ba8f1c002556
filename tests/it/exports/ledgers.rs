//! Files of leads and of dissuasions.

use std::io::Cursor;

use actix_web::test::TestRequest;
use calamine::Reader;
use serde_json::{Value, json};
use wangge::base::id::Id;
use wangge::platform::access::{Role, Staff};

use super::{File, audited, download, path, tamper, work};
use crate::fraud::{entry, lead_in, records, reports};
use crate::town::{Answer, EAST, NEXT_TOWN, NEXT_VILLAGE, Person, TOWN, Town};

async fn asks(town: &Town, who: &Person, body: Value) -> Answer {
    let request = who.signs(TestRequest::post(), "/api/v1/fraud_exports");
    let key = Id::<Staff>::new().to_string();
    town.ask(request.insert_header(("Idempotency-Key", key)).set_json(body)).await
}

fn csv_of(ledger: &str, filter: Value) -> Value {
    json!({ "ledger": ledger, "format": "csv", "purpose": "示例:年度总结", "filter": filter })
}

async fn file_of(town: &Town, who: &Person, body: Value) -> File {
    let path = path(&asks(town, who, body).await);
    work(town).await;
    let file = download(town, who, &path).await;
    assert_eq!(file.status, 200, "{}", String::from_utf8_lossy(&file.bytes));
    file
}

fn column(file: &File, nth: usize) -> Vec<String> {
    file.rows().iter().map(|row| row[nth].clone()).collect()
}

#[actix_web::test]
async fn the_ledger_of_dissuasions_is_taken_away_masked_and_with_a_watermark() {
    let town = Town::new();
    let (worker, office) = (town.staff(Role::GridWorker, EAST), town.staff(Role::PublicityOfficer, TOWN));
    let home = town.resident(EAST);
    let mut named = entry(EAST, 3_000_000, 2_000_050);
    (named["note"], named["police_ref"]) = (json!("=1+1 来电 13800005678"), json!("@示例1号"));
    records(&town, &worker, named).await;
    let mut lives = entry(EAST, 5, 5);
    lives.as_object_mut().unwrap().remove("outsider_name");
    lives["happened_at"] = json!("2026-03-01T00:30:00.000Z");
    let resident = Id::<wangge::platform::access::Resident>::from_uuid(home.id).to_string();
    lives["resident_id"] = json!(resident);
    assert_eq!(records(&town, &worker, lives).await.status, 201);

    let asked = asks(&town, &office, csv_of("dissuasions", json!({}))).await;
    assert_eq!((asked.status, asked.text("subject")), (202, "dissuasions".into()));
    assert_eq!((&asked.body["filter"], &asked.body["ledger_filter"]), (&Value::Null, &json!({})));
    work(&town).await;
    let file = download(&town, &office, &path(&asked)).await;
    assert!(file.header("content-disposition").starts_with("attachment; filename=\"dissuasions-20260302-"));
    let watermark = file.text().lines().next().unwrap();
    for part in ["宣传/反诈专员 500114119", "用途:示例:年度总结", "不得外传"] {
        assert!(watermark.contains(part), "{watermark}");
    }
    assert_eq!(column(&file, 5), ["示**", "住户成员"], "the latest first");
    assert_eq!(
        (column(&file, 6), column(&file, 7)),
        (strings(["30000.00", "0.05"]), strings(["20000.50", "0.05"]))
    );
    assert_eq!(
        (&column(&file, 11)[0], &column(&file, 12)[0]),
        (&"'@示例1号".to_owned(), &"'=1+1 来电 138****5678".to_owned())
    );
    assert!(!file.text().contains(&resident) && !file.text().contains("13800005678"));
    assert_eq!(audited(&town), ["export.request", "export.finish", "export.download"]);
}

fn strings<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(str::to_owned).to_vec()
}

#[actix_web::test]
async fn leads_are_taken_away_without_what_could_be_called_opened_or_paid() {
    let town = Town::new();
    let (worker, approver) = (town.staff(Role::GridWorker, EAST), town.staff(Role::Approver, TOWN));
    reports(&town, &worker, lead_in(EAST, "13800001234")).await;
    let mut link = lead_in(EAST, "0");
    link["suspect"] = json!({ "kind": "link", "value": "https://loan.invalid/pay?id=7" });
    reports(&town, &worker, link).await;
    let file = file_of(&town, &approver, csv_of("leads", json!({}))).await;
    assert_eq!(column(&file, 7), ["loan.invalid/***", "138****1234"]);
    assert_eq!((column(&file, 3)[0].as_str(), column(&file, 12)[0].as_str()), ("工作人员", "待处理"));
    let text = file.text();
    assert!(
        !text.contains("13800001234") && !text.contains("pay?id") && !text.contains("13800005678"),
        "{text}"
    );

    let body = json!({ "ledger": "leads", "format": "xlsx", "purpose": "示例核对" });
    let file = file_of(&town, &approver, body).await;
    let mut book: calamine::Xlsx<_> = calamine::Xlsx::new(Cursor::new(&file.bytes)).unwrap();
    let range = book.worksheet_range("涉诈线索").unwrap();
    assert_eq!((range.height(), range.get((1, 0)).unwrap().to_string()), (4, "线索编号".to_owned()));
}

#[actix_web::test]
async fn a_file_holds_the_areas_days_and_fraud_that_were_asked_for_and_no_others() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    let next = town.staff(Role::GridWorker, NEXT_VILLAGE);
    let far = town.staff(Role::GridWorker, NEXT_TOWN);
    let at = |area: &str, happened_at: &str, fraud: &str, fen: i64| {
        let mut body = entry(area, fen, fen);
        (body["happened_at"], body["fraud_type"]) = (json!(happened_at), json!(fraud));
        body
    };
    // Half past midnight on 1 March where our people live.
    records(&town, &worker, at(EAST, "2026-02-28T16:30:00.000Z", "romance", 100)).await;
    records(&town, &worker, at(EAST, "2026-02-28T15:30:00.000Z", "romance", 200)).await;
    records(&town, &next, at(NEXT_VILLAGE, "2026-03-01T01:00:00.000Z", "fake_loan", 300)).await;
    records(&town, &far, at(NEXT_TOWN, "2026-03-01T02:00:00.000Z", "romance", 400)).await;
    let dispatcher = town.staff(Role::Dispatcher, TOWN);
    for (filter, saved) in [
        (json!({}), vec!["3.00", "1.00", "2.00"]),
        (json!({ "area": EAST }), vec!["1.00", "2.00"]),
        (json!({ "from": "2026-03-01" }), vec!["3.00", "1.00"]),
        (json!({ "to": "2026-02-28" }), vec!["2.00"]),
        (json!({ "fraud_type": "fake_loan", "from": "2026-03-01", "to": "2026-03-01" }), vec!["3.00"]),
    ] {
        let file = file_of(&town, &dispatcher, csv_of("dissuasions", filter.clone())).await;
        assert_eq!(column(&file, 7), saved, "{filter}");
    }
    let elsewhere = asks(&town, &dispatcher, csv_of("dissuasions", json!({ "area": NEXT_TOWN }))).await;
    assert_eq!(elsewhere.told(), (404, "not_found"));
    for (filter, field) in [
        (json!({ "from": "2026-03-02", "to": "2026-03-01" }), "filter.to"),
        (json!({ "from": "0001-01-01" }), "filter.from"),
        (json!({ "q": "示例" }), "filter.q"),
    ] {
        let refused = asks(&town, &dispatcher, csv_of("leads", filter.clone())).await;
        assert_eq!((refused.status, refused.fields()), (422, vec![field]), "{filter}");
    }
}

#[actix_web::test]
async fn each_kind_of_file_has_a_permission_of_its_own_until_it_is_downloaded() {
    let town = Town::new();
    let (leader, office) =
        (town.staff(Role::GridLeader, "500114119201"), town.staff(Role::PublicityOfficer, TOWN));
    assert_eq!(asks(&town, &leader, csv_of("leads", json!({}))).await.told(), (403, "forbidden"));
    let cases = super::asks(&town, &office, super::csv_of(json!({}))).await;
    assert_eq!(cases.told(), (403, "forbidden"), "a ledger is no case");
    let path = path(&asks(&town, &office, csv_of("leads", json!({}))).await);
    work(&town).await;
    // From now on somebody who may take files of cases, and none of leads.
    tamper(&town, "UPDATE posts SET role = 'grid_leader' WHERE role = 'publicity_officer'");
    town.house.app.principals.forget_all();
    let refused = download(&town, &office, &path).await;
    assert_eq!((refused.status, refused.code()), (409, "guard_refused".into()));
}
