//! What a write does before its own work is kept with it, or not at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::TimeDelta;
use diesel::prelude::*;
use wangge::base::id::Id;
use wangge::base::problem::{Code, Problem};
use wangge::platform::db::schema::leases as table;
use wangge::platform::leases;

use crate::town::database::Database;

fn held(base: &Database) -> i64 {
    table::table.count().get_result(&mut base.connect()).unwrap()
}

#[actix_web::test]
async fn both_are_kept_or_neither_and_the_plain_database_knows_nothing_of_it() {
    let base = Database::new();
    let node = Id::new();
    let noting = base.db.beginning_with(move |tx| {
        leases::hold(tx, "示例", node, TimeDelta::minutes(1))?;
        Ok(())
    });
    let refused = noting.write(|_| Err::<(), _>(Problem::new(Code::GuardRefused))).await;
    assert_eq!((refused.unwrap_err().code(), held(&base)), (Code::GuardRefused, 0));
    noting.plain().write(|_| Ok(())).await.unwrap();
    assert_eq!(held(&base), 0);
    noting.write(|_| Ok(())).await.unwrap();
    assert_eq!(held(&base), 1);
}

#[actix_web::test]
async fn a_beginning_that_refuses_is_the_answer_and_the_work_is_not_done() {
    let base = Database::new();
    let done = Arc::new(AtomicU32::new(0));
    let refusing = base.db.beginning_with(|_| Err(Problem::new(Code::KeyReused)));
    let counts = Arc::clone(&done);
    let answer = refusing.write(move |_| Ok(counts.fetch_add(1, Ordering::SeqCst))).await;
    assert_eq!((answer.unwrap_err().code(), done.load(Ordering::SeqCst)), (Code::KeyReused, 0));
}
