//! Rows that go along with the next statement.

use chrono::TimeDelta;
use diesel::prelude::*;
use wangge::base::clock::Timestamp;
use wangge::base::id::Id;
use wangge::base::problem::{Code, Problem, Result};
use wangge::insert_along;
use wangge::platform::db::schema::leases;
use wangge::platform::db::{Db, Node, Tx};

use crate::town::database::Database;

fn put(tx: &mut Tx, name: &str) -> Result<()> {
    let now = tx.now();
    let row =
        (leases::name.eq(name.to_owned()), leases::holder.eq(Id::<Node>::new()), leases::held_until.eq(now));
    Ok(insert_along!(tx, leases::table, row)?)
}

fn names(tx: &mut Tx) -> Result<Vec<String>> {
    Ok(leases::table.order(leases::name).select(leases::name).load(&mut **tx)?)
}

async fn kept(db: &Db) -> Vec<String> {
    db.write(names).await.unwrap()
}

#[tokio::test]
async fn what_goes_along_is_there_for_the_next_question_and_after_the_end() {
    let town = Database::new();
    let seen = town.db.write(|tx| {
        put(tx, "1")?;
        put(tx, "2")?;
        let later: Timestamp = tx.now().plus(TimeDelta::minutes(1));
        let changed = diesel::update(leases::table).set(leases::held_until.eq(later)).execute(&mut **tx)?;
        assert_eq!(changed, 2);
        put(tx, "3")?;
        let seen = names(tx)?;
        put(tx, "4")?;
        Ok(seen)
    });
    assert_eq!(seen.await.unwrap(), ["1", "2", "3"]);
    assert_eq!(kept(&town.db).await, ["1", "2", "3", "4"]);
}

#[tokio::test]
async fn nothing_of_it_is_kept_when_the_work_fails() {
    let town = Database::new();
    let failed = town.db.write(|tx| -> Result<()> {
        put(tx, "1")?;
        Err(Problem::not_found())
    });
    assert_eq!(failed.await.unwrap_err().code(), Code::NotFound);
    assert_eq!(kept(&town.db).await, [""; 0]);
}

#[tokio::test]
async fn a_row_that_is_refused_fails_the_whole_whether_or_not_something_is_asked_after_it() {
    let town = Database::new();
    for asked in [true, false] {
        let failed = town.db.write(move |tx| {
            put(tx, "1")?;
            put(tx, "1")?;
            // Who makes light of a failure does not make it good.
            let seen = if asked { names(tx).unwrap_or_default() } else { vec![] };
            Ok(seen)
        });
        let problem = failed.await.unwrap_err();
        assert_eq!(problem.code(), Code::Internal);
        assert!(format!("{problem:?}").to_lowercase().contains("unique"), "{problem:?}");
        assert_eq!(kept(&town.db).await, [""; 0]);
    }
}

#[derive(QueryableByName)]
struct Prepared {
    #[diesel(sql_type = diesel::sql_types::Text)]
    statement: String,
}

#[tokio::test]
async fn it_is_prepared_once_and_however_many_there_are_few_go_together() {
    let town = Database::new();
    if !town.db.is_shared() {
        return; // nothing goes along on SQLite
    }
    let prepared = town.db.write(|tx| {
        for n in 0..100 {
            put(tx, &format!("{n}"))?;
        }
        for n in 100..106 {
            put(tx, &format!("{n}"))?;
            if n % 2 == 1 {
                names(tx)?;
            }
        }
        let ours = "SELECT statement FROM pg_prepared_statements WHERE statement LIKE 'WITH along_%'";
        Ok(diesel::sql_query(ours).load::<Prepared>(&mut **tx)?)
    });
    let mut lengths: Vec<_> =
        prepared.await.unwrap().iter().map(|made| made.statement.matches("INSERT").count()).collect();
    lengths.sort_unstable();
    // A hundred and two in eights, of which six are left, and twice two.
    assert_eq!(lengths, [2, 6, 8]);
    assert_eq!(kept(&town.db).await.len(), 106);
}
