//! The audit log and its chain.

use std::time::Duration;

use diesel::prelude::*;
use serde_json::json;
use wangge::base::area_code::AreaCode;
use wangge::platform::access::{Actor, policy, system};
use wangge::platform::audit::record;
use wangge::platform::audit::seal::seal_all;
use wangge::platform::audit::verify::{Fault, Verdict, verify};
use wangge::platform::db::schema::audit_entries;
use wangge::platform::db::{DbConnection, Tx, lots};

use crate::town::database::Database;

fn actor() -> Actor {
    system::<policy::SeeAudit>("a test").actor().clone()
}

async fn write(town: &Database, count: usize) {
    for n in 0..count {
        let entry = move |tx: &mut Tx| {
            let object = ("case", format!("case_{n:02}"));
            record(tx, &actor(), "case.assign", object, &AreaCode::country(), json!({"b": n, "a": "示例"}))
        };
        town.db.write(entry).await.unwrap();
    }
}

/// Seals all there is. On a server, transactions of other databases hold the horizon back as well.
async fn seal(town: &Database) {
    let open = |c: &mut DbConnection| {
        let horizon = lots::horizon(c)?;
        Ok(audit_entries::table.filter(audit_entries::lot.ge(horizon)).count().get_result::<i64>(c)?)
    };
    while town.db.read(open).await.unwrap() > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    seal_all(&town.db).await.unwrap();
}

async fn walk(town: &Database) -> Verdict {
    town.db.read(|c| verify(c, |_| ())).await.unwrap()
}

/// Twelve entries in three seals of four.
async fn sealed() -> Database {
    let town = Database::new();
    for _ in 0..3 {
        write(&town, 4).await;
        seal(&town).await;
    }
    town
}

/// Takes the lock off both tables, as only their owner can.
fn unlock(town: &Database) {
    let drop = if town.db.is_shared() {
        "DROP TRIGGER audit_entries_append_only ON audit_entries; \
         DROP TRIGGER audit_seals_append_only ON audit_seals"
    } else {
        "DROP TRIGGER audit_entries_no_update; DROP TRIGGER audit_entries_no_delete; \
         DROP TRIGGER audit_seals_no_update; DROP TRIGGER audit_seals_no_delete"
    };
    town.tamper(drop);
}

/// The `n`th entry of all, from 0, as a condition.
fn nth(n: usize) -> String {
    format!("(lot, id) IN (SELECT lot, id FROM audit_entries ORDER BY lot, id LIMIT 1 OFFSET {n})")
}

async fn fault_after(sql: &str) -> (i64, usize, Fault, bool) {
    let town = sealed().await;
    unlock(&town);
    town.tamper(sql);
    let broken = walk(&town).await.broken.unwrap();
    (broken.seal, broken.position, broken.fault, broken.entry.is_some())
}

#[tokio::test]
async fn what_nobody_touched_holds_and_what_is_not_sealed_is_counted() {
    let town = sealed().await;
    write(&town, 2).await;
    let verdict = walk(&town).await;
    assert_eq!((verdict.seals, verdict.entries, verdict.unsealed, verdict.broken), (3, 12, 2, None));
    seal(&town).await;
    assert_eq!(walk(&town).await.head.map(|(seq, _)| seq), Some(4));
}

#[tokio::test]
async fn a_changed_entry_is_named() {
    for change in
        ["object_id = 'case_99'", "actor_id = session_id, request_id = 'x'", "action = 'case.assigm'"]
    {
        let sql = format!("UPDATE audit_entries SET {change} WHERE {}", nth(6));
        assert_eq!(fault_after(&sql).await, (2, 2, Fault::Changed, true), "{change}");
    }
}

#[tokio::test]
async fn a_removed_entry_is_named_by_its_place() {
    for (n, position) in [(4, 0), (6, 2), (7, 3)] {
        let sql = format!("DELETE FROM audit_entries WHERE {}", nth(n));
        assert_eq!(fault_after(&sql).await, (2, position, Fault::Missing, false), "{n}");
    }
}

#[tokio::test]
async fn an_entry_that_was_slipped_in_is_named() {
    let town = sealed().await;
    unlock(&town);
    // Beside the sixth: its lot, and an id after its own. A file numbers its rows, so there a gap is made.
    let last =
        "actor_kind, actor_id, session_id, request_id, action, object_kind, object_id, area_code, details";
    let (lot, id) = if town.db.is_shared() {
        ("lot", "'ffffffff-ffff-ffff-ffff-ffffffffffff'".to_owned())
    } else {
        ("-1", "zeroblob(16)".to_owned())
    };
    town.tamper(&format!(
        "INSERT INTO audit_entries (lot, id, at, {last}) SELECT {lot}, {id}, at, {last} FROM audit_entries WHERE {}",
        nth(5)
    ));
    let broken = walk(&town).await.broken.unwrap();
    let place = if town.db.is_shared() { (2, 2) } else { (1, 0) };
    assert_eq!((broken.seal, broken.position, broken.fault), (place.0, place.1, Fault::Added));
}

#[tokio::test]
async fn an_entry_that_took_another_ones_place_is_named() {
    let town = sealed().await;
    unlock(&town);
    town.tamper(
        "CREATE TABLE lots AS SELECT lot, ROW_NUMBER() OVER (ORDER BY lot, id) AS n FROM audit_entries; \
         UPDATE audit_entries SET lot = -1 WHERE lot = (SELECT lot FROM lots WHERE n = 6); \
         UPDATE audit_entries SET lot = (SELECT lot FROM lots WHERE n = 6) WHERE lot = (SELECT lot FROM lots WHERE n = 7); \
         UPDATE audit_entries SET lot = (SELECT lot FROM lots WHERE n = 7) WHERE lot = -1;",
    );
    let broken = walk(&town).await.broken.unwrap();
    assert_eq!((broken.seal, broken.position, broken.fault), (2, 1, Fault::Changed));
}

#[tokio::test]
async fn a_seal_that_was_changed_or_removed_is_named() {
    let changed = "UPDATE audit_seals SET entries = 3 WHERE seq = 2";
    assert_eq!(fault_after(changed).await, (2, 0, Fault::SealBroken, false));
    let removed = "DELETE FROM audit_seals WHERE seq = 2";
    assert_eq!(fault_after(removed).await, (3, 0, Fault::SealBroken, false));
}

#[tokio::test]
async fn the_database_refuses_to_change_or_remove_an_entry() {
    use diesel::connection::SimpleConnection;
    let town = sealed().await;
    for sql in
        ["UPDATE audit_entries SET action = 'x'", "DELETE FROM audit_entries", "DELETE FROM audit_seals"]
    {
        assert!(town.connect().batch_execute(sql).is_err(), "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_beside_the_sealer_lose_nothing() {
    let town = std::sync::Arc::new(Database::new());
    let other = town.from_another_node();
    let writers = (0..4).map(|_| {
        let town = std::sync::Arc::clone(&town);
        tokio::spawn(async move { write(&town, 25).await })
    });
    let writers: Vec<_> = writers.collect();
    while writers.iter().any(|writer| !writer.is_finished()) {
        let (here, there) = tokio::join!(seal_all(&town.db), seal_all(&other));
        here.unwrap();
        there.unwrap();
    }
    for writer in writers {
        writer.await.unwrap();
    }
    seal(&town).await;
    let verdict = walk(&town).await;
    assert_eq!((verdict.entries, verdict.unsealed, verdict.broken), (100, 0, None));
}
