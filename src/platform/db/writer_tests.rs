use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::task::{Context, Waker};

use diesel::sql_types::BigInt;
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use super::*;
use crate::platform::db::manager::{DatabaseUrl, Manager, Purpose};

/// A writer on a file that may not grow beyond `pages`, and a connection beside it.
fn writer(folder: &std::path::Path, pages: u32) -> (Writer, DbConnection) {
    counting_writer(folder, pages, Arc::default())
}

/// The same, which counts its commits.
fn counting_writer(
    folder: &std::path::Path,
    pages: u32,
    commits: Arc<AtomicUsize>,
) -> (Writer, DbConnection) {
    let url = DatabaseUrl::Sqlite(folder.join("town.db"));
    let mut beside = Manager { url: url.clone(), purpose: Purpose::Writing }.open().unwrap();
    beside.batch_execute("CREATE TABLE notes (text TEXT NOT NULL)").unwrap();
    let mut conn = Manager { url, purpose: Purpose::Writing }.open().unwrap();
    conn.batch_execute(&format!("PRAGMA max_page_count={pages}")).unwrap();
    let committed = move || {
        commits.fetch_add(1, Ordering::Relaxed);
    };
    (Writer::start(conn, Clock::System, committed).unwrap(), beside)
}

fn note(tx: &mut Tx, length: usize) -> Result<()> {
    let c: &mut DbConnection = tx;
    c.batch_execute(&format!("INSERT INTO notes VALUES ('{}')", "x".repeat(length)))?;
    Ok(())
}

fn notes(c: &mut DbConnection) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    sql_query("SELECT COUNT(*) AS n FROM notes").get_result::<Count>(c).unwrap().n
}

#[tokio::test]
async fn a_full_disk_is_told_as_such_and_writing_goes_on_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let (writer, mut beside) = writer(folder.path(), 40);
    // One batch: a small write, one that does not fit, another small one.
    let (first, huge, last) = tokio::join!(
        writer.write(|tx| note(tx, 10)),
        writer.write(|tx| note(tx, 400_000)),
        writer.write(|tx| note(tx, 10)),
    );
    assert_eq!(huge.map_err(|problem| problem.code()), Err(Code::StorageFull));
    // Whoever was told that it is kept finds it; whoever was not, does not.
    let kept = [&first, &last].iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(notes(&mut beside), kept as i64);
    for _ in 0..3 {
        writer.write(|tx| note(tx, 10)).await.unwrap();
    }
    assert_eq!(notes(&mut beside), kept as i64 + 3);
}

#[tokio::test]
async fn a_refusal_and_a_panic_spoil_no_neighbour() {
    let folder = tempfile::tempdir().unwrap();
    let (writer, mut beside) = writer(folder.path(), 1000);
    let (kept, refused, panicked, also_kept) = tokio::join!(
        writer.write(|tx| note(tx, 10)),
        writer.write(|tx| note(tx, 10).and(Err::<(), _>(Problem::not_found()))),
        writer.write(|tx| -> Result<()> {
            note(tx, 10)?;
            panic!("in the middle of a write")
        }),
        writer.write(|tx| note(tx, 10)),
    );
    assert!(kept.is_ok() && also_kept.is_ok());
    assert_eq!(refused.map_err(|problem| problem.code()), Err(Code::NotFound));
    assert_eq!(panicked.map_err(|problem| problem.code()), Err(Code::Internal));
    assert_eq!(notes(&mut beside), 2);
}

/// How often a small write runs in one batch with `other`, whether its caller is told that it is kept, and how many notes
/// there are then.
async fn runs_beside(other: impl Fn(&mut Tx) -> Result<()> + Send + 'static) -> (usize, bool, i64) {
    let folder = tempfile::tempdir().unwrap();
    let (writer, mut beside) = writer(folder.path(), 1000);
    let (go, gone) = std::sync::mpsc::channel::<()>();
    let (began, begun) = std::sync::mpsc::channel::<()>();
    let gone = Mutex::new(gone);
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    // It holds the thread until the others wait, so that they are of one batch, its own or the next.
    let first_time = AtomicBool::new(true);
    let held = writer.write(move |_| {
        if !first_time.swap(false, Ordering::Relaxed) {
            return Ok(());
        }
        began.send(()).unwrap();
        gone.lock().unwrap().recv().map_err(Problem::internal)
    });
    let others = async {
        begun.recv().unwrap();
        let small = writer.write(move |tx| {
            counted.fetch_add(1, Ordering::Relaxed);
            note(tx, 10)
        });
        tokio::join!(small, writer.write(other), async { go.send(()).unwrap() }).0
    };
    let (held, kept) = tokio::join!(held, others);
    // When the transaction has ended it is lost, too, if the others had joined it.
    if kept.is_ok() {
        held.unwrap();
    }
    (runs.load(Ordering::Relaxed), kept.is_ok(), notes(&mut beside))
}

#[tokio::test]
async fn a_batch_runs_twice_only_when_something_has_to_be_undone() {
    assert_eq!(runs_beside(|tx| note(tx, 10)).await, (1, true, 2));
    assert_eq!(runs_beside(|_| Err(Problem::not_found())).await, (1, true, 1));
    assert_eq!(runs_beside(|tx| note(tx, 10).and(Err(Problem::not_found()))).await, (2, true, 1));
    assert_eq!(runs_beside(|_| panic!("before it wrote")).await, (2, true, 1));
}

#[tokio::test]
async fn nobody_is_told_that_something_is_kept_of_a_transaction_that_sqlite_ended() {
    let ends = |tx: &mut Tx| {
        let c: &mut DbConnection = tx;
        c.batch_execute("ROLLBACK")?; // as SQLite does by itself on a full disk
        Err(Problem::not_found())
    };
    assert_eq!(runs_beside(ends).await, (2, false, 0));
}

#[tokio::test]
async fn who_comes_while_a_batch_runs_comes_along() {
    let folder = tempfile::tempdir().unwrap();
    let commits = Arc::new(AtomicUsize::new(0));
    let (writer, mut beside) = counting_writer(folder.path(), 1000, Arc::clone(&commits));
    let writer = Arc::new(writer);
    let mut together = 0;
    // Nobody joins after five milliseconds, and a machine may stand still for as long; not thirty times.
    for round in 1..=30 {
        commits.store(0, Ordering::Relaxed);
        let (side, asked) = (Arc::clone(&writer), Arc::new(Mutex::new(None)));
        let later = Arc::clone(&asked);
        let first = writer.write(move |tx| {
            let side = Arc::clone(&side);
            let mut other = Box::pin(async move { side.write(|tx| note(tx, 10)).await });
            // It waits in the queue once it has been looked at.
            let mut nobody = Context::from_waker(Waker::noop());
            assert!(other.as_mut().poll(&mut nobody).is_pending());
            *later.lock().unwrap() = Some(other);
            note(tx, 10)
        });
        first.await.unwrap();
        let other = asked.lock().unwrap().take().unwrap();
        other.await.unwrap();
        assert_eq!(notes(&mut beside), 2 * round);
        together += usize::from(commits.load(Ordering::Relaxed) == 1);
    }
    assert!(together > 0);
}
