//! Telling the other nodes of a PostgreSQL town that something was committed.
//!
//! `NOTIFY` inside the writing transactions would make their commits queue behind one lock, so a thread of
//! its own sends one after the fact, at most every [`BEAT`], and listens to what the others send. What is
//! lost with a connection costs a moment: whoever follows also looks from time to time.

use std::sync::Weak;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use tokio::sync::watch;

use super::DbConnection;
use super::manager::{DatabaseUrl, Manager, Purpose};

/// How often the thread looks; the most that a wake can be late.
const BEAT: Duration = Duration::from_millis(50);
/// Pause before a lost connection is opened again.
const RECONNECT: Duration = Duration::from_secs(1);

/// Starts the thread; it ends when the database handle (which owns `untold`) is gone.
pub(super) fn start(
    url: DatabaseUrl,
    untold: Weak<AtomicBool>,
    commits: watch::Sender<u64>,
) -> std::io::Result<()> {
    std::thread::Builder::new().name("postgres-listener".to_owned()).spawn(move || {
        let manager = Manager { url, purpose: Purpose::Writing };
        while untold.strong_count() > 0 {
            if let Err(error) = follow(&manager, &untold, &commits) {
                tracing::warn!(%error, "lost the connection that listens for commits");
                std::thread::sleep(RECONNECT);
            }
        }
    })?;
    Ok(())
}

fn follow(
    manager: &Manager,
    untold: &Weak<AtomicBool>,
    commits: &watch::Sender<u64>,
) -> Result<(), Box<dyn std::error::Error>> {
    let DbConnection::Postgres(mut c) = manager.open()? else { return Ok(()) };
    c.batch_execute("LISTEN wangge_commits")?;
    while let Some(flag) = untold.upgrade() {
        if flag.swap(false, Ordering::Relaxed) {
            c.batch_execute("NOTIFY wangge_commits")?;
        }
        drop(flag);
        let mut heard = false;
        for notification in c.notifications_iter() {
            notification?;
            heard = true;
        }
        if heard {
            commits.send_modify(|n| *n = n.wrapping_add(1));
        }
        std::thread::sleep(BEAT);
    }
    Ok(())
}
