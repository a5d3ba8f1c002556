//! A request that is sent twice at the same moment.

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use diesel::prelude::*;
use wangge::base::id::Id;
use wangge::base::problem::{Code, Problem};
use wangge::platform::access::{Resident, policy, system};
use wangge::platform::db::schema::leases;
use wangge::platform::db::{Outcome, Tx};
use wangge::platform::web::IdempotencyKey;

use crate::town::database::Database;

/// Makes something that can be made once only, after `meanwhile`.
fn make(tx: &mut Tx, meanwhile: impl Fn()) -> wangge::base::Result<Id<Resident>> {
    IdempotencyKey("k-1".to_owned()).once(tx, system::<policy::SeeAudit>("a test").actor(), b"make", |tx| {
        let now = tx.now();
        let id = Id::<Resident>::new();
        let row = (leases::name.eq("one"), leases::holder.eq(id), leases::held_until.eq(now));
        let made = diesel::insert_into(leases::table).values(row).execute(&mut **tx);
        made.on_unique("leases_pkey", || Problem::new(Code::AlreadyExists))?;
        meanwhile();
        Ok(id)
    })
}

fn pair() -> (Sender<()>, Arc<Mutex<Receiver<()>>>) {
    let (sender, receiver) = mpsc::channel();
    (sender, Arc::new(Mutex::new(receiver)))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_twin_of_a_request_at_work_is_answered_the_same() {
    let town = Database::new();
    if !town.db.is_shared() {
        // One writer: the second waits for its turn anyhow.
        let first = town.db.write(|tx| make(tx, || ())).await.unwrap();
        assert_eq!(town.db.write(|tx| make(tx, || ())).await.unwrap(), first);
        return;
    }
    let (first_works, works) = pair();
    let (second_begins, begins) = pair();
    let db = town.db.clone();
    let first = tokio::spawn(async move {
        let work = move |tx: &mut Tx| {
            make(tx, || {
                first_works.send(()).unwrap();
                begins.lock().unwrap().recv_timeout(Duration::from_secs(5)).unwrap();
                // Long enough for the second to look for the key and not find it.
                std::thread::sleep(Duration::from_millis(200));
            })
        };
        db.write(work).await
    });
    tokio::task::block_in_place(|| works.lock().unwrap().recv_timeout(Duration::from_secs(5)).unwrap());
    let second = town.db.write(move |tx| {
        // Nobody listens any more when it is tried again.
        let _ = second_begins.send(());
        make(tx, || ())
    });
    let second = second.await;
    assert_eq!(first.await.unwrap().unwrap(), second.unwrap());
}
