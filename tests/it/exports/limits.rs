//! How much may be taken away.

use serde_json::json;
use wangge::platform::access::Role;

use super::{asks, blobs, csv_of, download, path, tamper, work};
use crate::cases::shelf::Shelved;
use crate::town::{TOWN, Town};

#[actix_web::test]
async fn a_file_of_too_many_rows_is_not_made() {
    let town = Town::with(&[("WANGGE_EXPORTS__MAX_ROWS", "3")]);
    let dispatcher = town.staff(Role::Dispatcher, TOWN);
    town.shelve(&(0..4).map(|n| Shelved::new(n, ["示例甲", "示例乙"][n % 2])).collect::<Vec<_>>());
    let all = path(&asks(&town, &dispatcher, csv_of(json!({}))).await);
    let some = path(&asks(&town, &dispatcher, csv_of(json!({ "q": "甲" }))).await);
    assert_eq!(work(&town).await, 2);
    let refused = dispatcher.get(&town, &all).await;
    assert_eq!((refused.text("state"), refused.text("failure")), ("failed".into(), "too_many_rows".into()));
    assert!(refused.text("detail").contains("缩小范围"));
    assert_eq!(download(&town, &dispatcher, &all).await.code(), "step_not_allowed");
    assert_eq!(dispatcher.get(&town, &some).await.text("state"), "ready");
    assert_eq!(blobs(&town), 1, "what was written of the refused one");
}

#[actix_web::test]
async fn one_person_asks_for_so_many_files_a_day() {
    let town = Town::with(&[("WANGGE_EXPORTS__PER_DAY", "2")]);
    let (dispatcher, colleague) = (town.staff(Role::Dispatcher, TOWN), town.staff(Role::Dispatcher, TOWN));
    for _ in 0..2 {
        assert_eq!(asks(&town, &dispatcher, csv_of(json!({}))).await.status, 202);
    }
    let third = asks(&town, &dispatcher, csv_of(json!({}))).await;
    assert_eq!(third.told(), (429, "rate_limited"));
    assert!(third.text("detail").contains('2'));
    assert_eq!(asks(&town, &colleague, csv_of(json!({}))).await.status, 202);
    tamper(&town, "UPDATE exports SET day = '2026-03-01'");
    assert_eq!(asks(&town, &dispatcher, csv_of(json!({}))).await.status, 202);
}
