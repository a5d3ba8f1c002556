//! What is in a file, and who gets it.

use std::io::Cursor;

use calamine::Reader;
use serde_json::json;
use wangge::platform::access::Role;

use super::{asks, asks_under, audited, csv_of, download, exports_file, path, work};
use crate::cases::shelf::Shelved;
use crate::town::{EAST, NEXT_TOWN, NEXT_VILLAGE, TOWN, Town};

fn shelf() -> Vec<Shelved> {
    let case = |n, title: &str, area, confidential| Shelved {
        area,
        confidential,
        detail: "=HYPERLINK(\"x\") 电话13800005678".to_owned(),
        address: Some("-示例村\n二组".to_owned()),
        ..Shelved::new(n, title)
    };
    vec![
        case(1, "示例漏水", EAST, "internal"),
        case(2, "示例漏电", NEXT_VILLAGE, "public"),
        case(3, "示例家事", EAST, "private"),
        case(4, "示例漏水", NEXT_TOWN, "internal"),
    ]
}

#[actix_web::test]
async fn a_file_is_asked_for_written_and_downloaded() {
    let town = Town::new();
    let dispatcher = town.staff(Role::Dispatcher, TOWN);
    town.shelve(&shelf());
    let asked = asks(&town, &dispatcher, csv_of(json!({}))).await;
    assert_eq!(
        (asked.status, asked.text("state"), asked.body["file"].as_str()),
        (202, "waiting".into(), None)
    );
    let path = path(&asked);
    assert_eq!(download(&town, &dispatcher, &path).await.code(), "step_not_allowed");
    assert_eq!(work(&town).await, 1);
    let ready = dispatcher.get(&town, &path).await;
    assert_eq!((ready.text("state"), ready.body["rows"].as_i64()), ("ready".into(), Some(2)), "{ready:?}");
    assert_eq!((ready.text("file"), ready.text("purpose")), (format!("{path}/file"), "示例:月度会商".into()));
    let file = download(&town, &dispatcher, &path).await;
    assert_eq!(file.bytes.len() as i64, ready.body["bytes"].as_i64().unwrap());
    assert!(file.header("content-disposition").starts_with("attachment; filename=\"cases-20260302-"));
    assert_eq!(
        (file.header("cache-control"), file.header("content-type")),
        ("no-store", "text/csv; charset=utf-8")
    );
    let text = file.text();
    assert!(text.starts_with("\u{feff}\"staff_"), "{text}");
    let watermark = text.lines().next().unwrap();
    for part in ["指挥中心调度员 500114119", "2026-03-02 09:00", "用途:示例:月度会商", "不得外传"]
    {
        assert!(watermark.contains(part), "{watermark}");
    }
    let rows = file.rows();
    let of = |column: usize| rows.iter().map(|row| row[column].as_str()).collect::<Vec<_>>();
    assert_eq!(of(0), ["YH-00002", "YH-00001"]);
    assert_eq!((of(1)[0], of(2)[0], of(3)[1]), ("安全隐患", "消防", "示例漏水"));
    assert_eq!(of(4)[0], "'=HYPERLINK(\"x\") 电话138****5678");
    assert_eq!((of(5)[1], of(6)[1]), (EAST, "'-示例村\n二组"));
    assert_eq!((of(10)[0], of(11)[0], of(13)[0]), ("已上报", "工作人员", "2026-03-02 09:00"));
    assert_eq!(audited(&town), ["export.request", "export.finish", "export.download"]);
}

#[actix_web::test]
async fn an_xlsx_holds_the_same_rows() {
    let town = Town::new();
    let approver = town.staff(Role::Approver, TOWN);
    town.shelve(&shelf());
    let body = json!({ "format": "xlsx", "purpose": "示例核对", "filter": { "q": "漏" } });
    let file = exports_file(&town, &approver, body).await;
    assert!(file.header("content-disposition").ends_with(".xlsx\""));
    let mut book: calamine::Xlsx<_> = calamine::Xlsx::new(Cursor::new(&file.bytes)).unwrap();
    let range = book.worksheet_range("案卷").unwrap();
    let cell = |row, column| range.get((row, column)).map(ToString::to_string).unwrap_or_default();
    assert_eq!(
        (range.height(), cell(1, 0), cell(2, 0), cell(3, 0)),
        (4, "案卷号".into(), "YH-00002".into(), "YH-00001".into())
    );
    assert!(cell(0, 0).contains("分管领导") && cell(0, 0).contains("示例核对"));
    assert_eq!(cell(3, 4), "'=HYPERLINK(\"x\") 电话138****5678");
}

#[actix_web::test]
async fn a_category_is_said_in_words_whatever_the_kind() {
    let town = Town::new();
    let case = |n, kind, category| Shelved { kind, category, ..Shelved::new(n, "示例") };
    town.shelve(&[
        case(1, "hazard", "fire"),
        case(2, "dispute", "neighbour"),
        case(3, "event", "facility"),
        case(4, "event", "of_tomorrow"),
    ]);
    let file = exports_file(&town, &town.staff(Role::Dispatcher, TOWN), csv_of(json!({}))).await;
    let said: Vec<_> = file.rows().iter().map(|row| (row[1].clone(), row[2].clone())).collect();
    let words =
        [("网格事件", "of_tomorrow"), ("网格事件", "公共设施"), ("矛盾纠纷", "邻里"), ("安全隐患", "消防")];
    assert_eq!(said, words.map(|(kind, category)| (kind.to_owned(), category.to_owned())));
}

#[actix_web::test]
async fn a_file_holds_what_its_reader_sees_in_the_list_and_no_more() {
    let town = Town::new();
    town.shelve(&shelf());
    for (role, area, filter, numbers) in [
        (Role::Dispatcher, TOWN, json!({}), vec!["YH-00002", "YH-00001"]),
        (Role::Approver, TOWN, json!({}), vec!["YH-00003", "YH-00002", "YH-00001"]),
        (Role::Auditor, TOWN, json!({ "q": "家事" }), vec!["YH-00003"]),
        (Role::GridLeader, "500114119201", json!({}), vec!["YH-00001"]),
        (Role::Dispatcher, TOWN, json!({ "area": NEXT_VILLAGE }), vec!["YH-00002"]),
        (
            Role::Dispatcher,
            TOWN,
            json!({ "q": "漏水 示例", "phase": "reported", "kind": "hazard" }),
            vec!["YH-00001"],
        ),
        (Role::Dispatcher, TOWN, json!({ "phase": "closed" }), vec![]),
        (Role::Dispatcher, "500114120", json!({ "category": "fire" }), vec!["YH-00004"]),
    ] {
        let file = exports_file(&town, &town.staff(role, area), csv_of(filter.clone())).await;
        let found: Vec<_> = file.rows().iter().map(|row| row[0].clone()).collect();
        assert_eq!(found, numbers, "{role} in {area}: {filter}");
    }
}

#[actix_web::test]
async fn a_long_list_comes_whole_and_in_order() {
    let town = Town::new();
    let dispatcher = town.staff(Role::Dispatcher, TOWN);
    let cases: Vec<Shelved> = (0..1_300)
        .map(|n| Shelved { detail: "示例:立柱松动。".repeat(60), ..Shelved::new(n, "示例") })
        .collect();
    town.shelve(&cases);
    let body = json!({ "format": "csv", "purpose": "示例核对", "bom": false });
    let file = exports_file(&town, &dispatcher, body).await;
    assert!(super::parts(&town) >= 2, "one part only");
    let rows: Vec<_> = file.rows().into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(rows, cases.iter().rev().map(|case| case.no.clone()).collect::<Vec<_>>());
    assert!(file.text().starts_with("\"staff_"), "a mark that nobody asked for");
}

#[actix_web::test]
async fn nobody_else_sees_an_export() {
    let town = Town::new();
    let (dispatcher, colleague) = (town.staff(Role::Dispatcher, TOWN), town.staff(Role::Dispatcher, TOWN));
    let path = path(&asks(&town, &dispatcher, csv_of(json!({}))).await);
    work(&town).await;
    for (who, sees) in [
        (&colleague, 404),
        (&town.staff(Role::Approver, TOWN), 404),
        (&town.staff(Role::GridWorker, EAST), 403),
    ] {
        assert_eq!(who.get(&town, &path).await.status, sees);
        assert_eq!(download(&town, who, &path).await.status, sees);
        assert_eq!(who.post(&town, &format!("{path}/cancellation"), json!({})).await.status, sees);
    }
    let listed = |list: &crate::town::Answer| list.body["items"].as_array().unwrap().len();
    assert_eq!(listed(&colleague.get(&town, "/api/v1/exports").await), 0);
    let own = dispatcher.get(&town, "/api/v1/exports?limit=1").await;
    assert_eq!((listed(&own), own.body["items"][0]["state"].as_str()), (1, Some("ready")));
    let asked = asks(&town, &town.staff(Role::GridWorker, EAST), csv_of(json!({}))).await;
    assert_eq!(asked.told(), (403, "forbidden"));
}

#[actix_web::test]
async fn a_request_that_is_sent_twice_is_one_export() {
    let town = Town::new();
    let dispatcher = town.staff(Role::Dispatcher, TOWN);
    let first = asks_under(&town, &dispatcher, "k-1", csv_of(json!({ "q": "漏水" }))).await;
    let again = asks_under(&town, &dispatcher, "k-1", csv_of(json!({ "q": "漏水" }))).await;
    assert_eq!((first.status, again.status, path(&first)), (202, 202, path(&again)));
    assert_eq!(first.body["filter"], json!({ "q": "漏水" }));
    let other = asks_under(&town, &dispatcher, "k-1", csv_of(json!({ "q": "漏电" }))).await;
    assert_eq!(other.told(), (409, "key_reused"));
    assert_eq!(work(&town).await, 1);
    let without = dispatcher.post(&town, "/api/v1/exports", csv_of(json!({}))).await;
    assert_eq!(without.told(), (400, "bad_request"));
}

#[actix_web::test]
async fn a_request_says_what_for_and_asks_for_what_there_is() {
    let town = Town::new();
    let dispatcher = town.staff(Role::Dispatcher, TOWN);
    for (body, field) in [
        (json!({ "format": "csv", "purpose": " " }), "purpose"),
        (json!({ "format": "csv", "purpose": "长".repeat(201) }), "purpose"),
        (json!({ "format": "pdf", "purpose": "示例" }), "format"),
        (json!({ "format": "csv" }), "purpose"),
        (csv_of(json!({ "q": "😀" })), "filter.q"),
        (csv_of(json!({ "category": "长".repeat(41) })), "filter.category"),
        (csv_of(json!({ "phases": "closed" })), "filter.phases"),
    ] {
        let refused = asks(&town, &dispatcher, body.clone()).await;
        assert_eq!((refused.told(), refused.fields()), ((422, "invalid_fields"), vec![field]), "{body}");
    }
    let elsewhere = asks(&town, &dispatcher, csv_of(json!({ "area": NEXT_TOWN }))).await;
    assert_eq!(elsewhere.told(), (404, "not_found"));
    assert_eq!(audited(&town), Vec::<String>::new());
}
