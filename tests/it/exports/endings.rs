//! Files that are not made, and files that go.

use serde_json::json;
use uuid::Uuid;
use wangge::features::exports::{WriteExport, purge, write};
use wangge::platform::access::Role;
use wangge::platform::outbox::Outcome;

use super::{asks, audited, blobs, csv_of, download, parts, path, tamper, work};
use crate::cases::shelf::Shelved;
use crate::town::{Answer, Person, TOWN, Town};

async fn cancels(town: &Town, who: &Person, path: &str) -> Answer {
    who.post(town, &format!("{path}/cancellation"), json!({})).await
}

#[actix_web::test]
async fn an_export_that_is_cancelled_before_it_is_written_is_not_written() {
    let town = Town::new();
    let dispatcher = town.staff(Role::Dispatcher, TOWN);
    let path = path(&asks(&town, &dispatcher, csv_of(json!({}))).await);
    assert_eq!(cancels(&town, &dispatcher, &path).await.text("state"), "cancelled");
    assert_eq!(cancels(&town, &dispatcher, &path).await.status, 200, "twice is once");
    work(&town).await;
    assert_eq!(dispatcher.get(&town, &path).await.text("state"), "cancelled");
    assert_eq!((blobs(&town), audited(&town)), (0, vec!["export.request".into(), "export.cancel".into()]));
}

#[actix_web::test]
async fn a_file_that_is_cancelled_or_has_expired_goes_from_the_store() {
    let town = Town::new();
    let dispatcher = town.staff(Role::Dispatcher, TOWN);
    let kept = path(&asks(&town, &dispatcher, csv_of(json!({}))).await);
    let cancelled = path(&asks(&town, &dispatcher, csv_of(json!({}))).await);
    let expired = path(&asks(&town, &dispatcher, csv_of(json!({}))).await);
    work(&town).await;
    assert_eq!((parts(&town), blobs(&town)), (3, 3));
    assert_eq!(cancels(&town, &dispatcher, &cancelled).await.status, 200);
    let id = expired.rsplit('_').next().unwrap();
    let id: Uuid = format!("export_{id}")
        .parse::<wangge::base::id::Id<wangge::features::exports::Export>>()
        .unwrap()
        .uuid();
    let id = if town.house.app.db.is_shared() { format!("'{id}'") } else { format!("x'{}'", id.simple()) };
    tamper(&town, &format!("UPDATE exports SET expires_at = '2026-03-02T00:59:59.000Z' WHERE id = {id}"));
    let gone = download(&town, &dispatcher, &expired).await;
    assert_eq!((gone.status, gone.code()), (409, "step_not_allowed".into()));
    assert_eq!(purge(&town.house.app).await.unwrap(), 2);
    assert_eq!((parts(&town), blobs(&town)), (1, 1));
    assert_eq!(dispatcher.get(&town, &expired).await.text("state"), "expired");
    assert_eq!(download(&town, &dispatcher, &cancelled).await.code(), "step_not_allowed");
    assert_eq!(cancels(&town, &dispatcher, &expired).await.told(), (409, "step_not_allowed"));
    assert_eq!(download(&town, &dispatcher, &kept).await.status, 200);
}

#[actix_web::test]
async fn a_run_that_died_is_followed_by_another_and_leaves_nothing_behind() {
    let town = Town::new();
    let dispatcher = town.staff(Role::Dispatcher, TOWN);
    town.shelve(&[Shelved::new(1, "示例")]);
    let path = path(&asks(&town, &dispatcher, csv_of(json!({}))).await);
    work(&town).await;
    // As if the process had died after it wrote its parts and before it said so.
    tamper(&town, "UPDATE exports SET state = 'running', finished_at = NULL");
    tamper(&town, "UPDATE outbox_jobs SET state = 'waiting', attempts = 0, finished_at = NULL");
    assert_eq!(work(&town).await, 1);
    assert_eq!((parts(&town), blobs(&town)), (2, 2));
    assert_eq!(purge(&town.house.app).await.unwrap(), 1);
    assert_eq!((parts(&town), blobs(&town)), (1, 1));
    let file = download(&town, &dispatcher, &path).await;
    assert_eq!((file.status, file.rows().len()), (200, 1));
}

#[actix_web::test]
async fn two_runs_at_once_make_one_file() {
    let town = Town::new();
    let dispatcher = town.staff(Role::Dispatcher, TOWN);
    town.shelve(&(0..500).map(|n| Shelved::new(n, "示例")).collect::<Vec<_>>());
    let path = path(&asks(&town, &dispatcher, csv_of(json!({}))).await);
    let export = path.rsplit('/').next().unwrap().parse().unwrap();
    let app = town.house.app.as_ref();
    let (one, two) =
        tokio::join!(write(app.clone(), WriteExport { export }), write(app.clone(), WriteExport { export }));
    assert_eq!((one, two), (Outcome::Done, Outcome::Done));
    let file = download(&town, &dispatcher, &path).await;
    assert_eq!((file.status, file.rows().len()), (200, 500));
    assert_eq!(audited(&town).iter().filter(|action| *action == "export.finish").count(), 1);
    purge(app).await.unwrap();
    assert_eq!((parts(&town), blobs(&town)), (1, 1));
}

#[actix_web::test]
async fn whoever_has_signed_out_or_lost_their_post_gets_no_file() {
    for (sql, who) in [
        ("UPDATE sessions SET ended_at = created_at, ended_why = 'signed_out'", "signed out"),
        ("UPDATE posts SET ended_at = started_at", "without a post"),
    ] {
        let town = Town::new();
        let dispatcher = town.staff(Role::Dispatcher, TOWN);
        let path = path(&asks(&town, &dispatcher, csv_of(json!({}))).await);
        tamper(&town, sql);
        town.house.app.principals.forget_all();
        work(&town).await;
        let id = path
            .rsplit('/')
            .next()
            .unwrap()
            .parse::<wangge::base::id::Id<wangge::features::exports::Export>>()
            .unwrap();
        let state = state_of(&town, id.uuid());
        assert_eq!(state, ("failed".to_owned(), Some("not_permitted".to_owned())), "{who}");
        assert_eq!(blobs(&town), 0, "{who}");
    }
}

fn state_of(town: &Town, id: Uuid) -> (String, Option<String>) {
    use diesel::prelude::*;
    use wangge::base::id::Id;
    use wangge::platform::access::Staff;
    use wangge::platform::db::schema::exports;
    let row = exports::table.find(Id::<Staff>::from_uuid(id)).select((exports::state, exports::failure));
    row.first(&mut town.connect()).unwrap()
}

#[actix_web::test]
async fn whoever_sees_other_areas_since_then_asks_anew() {
    let town = Town::new();
    let dispatcher = town.staff(Role::Dispatcher, TOWN);
    let path = path(&asks(&town, &dispatcher, csv_of(json!({}))).await);
    work(&town).await;
    assert_eq!(download(&town, &dispatcher, &path).await.status, 200);
    tamper(&town, "UPDATE posts SET area_code = '500114119201'");
    town.house.app.principals.forget_all();
    assert_eq!(download(&town, &dispatcher, &path).await.code(), "guard_refused");
    assert_eq!(dispatcher.get(&town, &path).await.status, 200);
}

#[actix_web::test]
async fn an_export_that_nobody_could_write_for_a_day_is_given_up() {
    let town = Town::new();
    let dispatcher = town.staff(Role::Dispatcher, TOWN);
    let path = path(&asks(&town, &dispatcher, csv_of(json!({}))).await);
    purge(&town.house.app).await.unwrap();
    assert_eq!(dispatcher.get(&town, &path).await.text("state"), "waiting");
    tamper(&town, "UPDATE exports SET created_at = '2026-03-01T00:59:59.000Z'");
    purge(&town.house.app).await.unwrap();
    let given_up = dispatcher.get(&town, &path).await;
    assert_eq!((given_up.text("state"), given_up.text("failure")), ("failed".into(), "given_up".into()));
    tamper(&town, "UPDATE exports SET created_at = '2026-01-01T00:00:00.000Z'");
    purge(&town.house.app).await.unwrap();
    assert_eq!(dispatcher.get(&town, &path).await.told(), (404, "not_found"));
}
