//! Threads that do what callers ask of a database, each call on a connection of an r2d2 pool.
//!
//! tokio's blocking pool wakes one of its many threads for each call, and a wake costs more than a short read.
//! Here as many threads as there are connections stand in one line: a thread that is awake takes what waits, so
//! that under load few calls cost a wake or a switch of threads (docs/performance.md has the figures).
//! Waiting is bounded in number and time: 503 with `Retry-After`.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};
use std::time::Duration;

use tokio::sync::oneshot;

use super::connection::DbConnection;
use super::failure;
use super::manager::Manager;
use crate::base::problem::{Problem, Result};

/// How long a call waits for its turn, and a thread for a connection.
pub(super) const WAIT: Duration = Duration::from_secs(2);
/// How often a call is tried when its connection was dead or its transaction met another. After a restart of the server
/// a pool with more dead connections than this still answers a few calls with 503; each of them makes room.
const TRIES: u32 = 5;
/// Calls that may wait; the next one is told to come back.
const LENGTH: usize = 4096;

type Connections = r2d2::Pool<Manager>;
type Call = Box<dyn FnOnce(&Connections) + Send>;

/// The near end of the line. Its threads end when it is dropped and nothing waits any more.
pub(super) struct Pool {
    line: Arc<Line>,
}

impl Pool {
    /// Starts `threads` threads over `connections`.
    pub fn start(name: &str, connections: &Connections, threads: u32) -> std::io::Result<Self> {
        let pool = Self { line: Arc::new(Line::default()) };
        for _ in 0..threads {
            let (line, connections) = (Arc::clone(&pool.line), connections.clone());
            thread::Builder::new().name(name.to_owned()).spawn(move || {
                while let Some(call) = line.next() {
                    call(&connections);
                }
            })?;
        }
        Ok(pool)
    }

    /// Runs `f` on a connection, off the async threads. When the connection turns out to be dead, or the
    /// transaction met another, `f` runs again on the next one; so it moves nothing out. A connection that died under
    /// a COMMIT may have committed, so a writing `f` must bear running twice: by an id, a version or a key of its own.
    pub async fn run<T: Send + 'static>(
        &self,
        f: impl Fn(&mut DbConnection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (caller, mut answer) = oneshot::channel();
        let ticket = self.line.join(Box::new(move |connections| {
            if caller.is_closed() {
                return; // the caller has gone away before its turn
            }
            let ran = catch_unwind(AssertUnwindSafe(|| run_until_done(connections, &f)));
            let outcome = ran.unwrap_or_else(|_| Err(Problem::internal("a database call panicked")));
            drop(caller.send(outcome));
        }))?;
        let outcome = match tokio::time::timeout(WAIT, &mut answer).await {
            Ok(outcome) => outcome,
            Err(late) if self.line.leave(ticket) => return Err(failure::pool_exhausted(late)),
            // Its turn has come: what runs may take as long as it takes.
            Err(_) => answer.await,
        };
        outcome.unwrap_or_else(|_| Err(Problem::internal("a database thread dropped a call")))
    }
}

fn run_until_done<T>(connections: &Connections, f: &impl Fn(&mut DbConnection) -> Result<T>) -> Result<T> {
    let mut tried = 1;
    loop {
        let mut kept = connections.get_timeout(WAIT).map_err(failure::pool_exhausted)?;
        let outcome = f(&mut kept.connection);
        let Err(problem) = &outcome else { return outcome };
        if !failure::may_pass(problem) {
            return outcome;
        }
        // Before the pool takes it back it is asked whether it still lives.
        kept.suspect = true;
        drop(kept);
        if tried == TRIES {
            return outcome;
        }
        metrics::counter!("wangge_db_retries_total").increment(1);
        // Those who met must not meet again: wait longer each time, and not equally long.
        let jitter = u64::from(uuid::Uuid::new_v4().as_bytes()[0]);
        thread::sleep(Duration::from_millis(u64::from(tried) * 5 + jitter / 16));
        tried += 1;
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let mut state = self.line.state();
        state.closed = true;
        state.asleep.drain(..).for_each(|thread| thread.unpark());
    }
}

#[derive(Default)]
struct Line(Mutex<State>);

#[derive(Default)]
struct State {
    /// By ticket, ascending.
    waiting: VecDeque<(u64, Call)>,
    next_ticket: u64,
    /// Threads that nobody has woken; the one that fell asleep last is woken first, its caches are warmest.
    asleep: Vec<Thread>,
    closed: bool,
}

impl Line {
    /// No call runs while the lock is held, so nothing can poison it half-way.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn join(&self, call: Call) -> Result<u64> {
        let mut state = self.state();
        if state.waiting.len() >= LENGTH {
            return Err(failure::pool_exhausted("the line is full"));
        }
        let ticket = state.next_ticket;
        state.next_ticket += 1;
        state.waiting.push_back((ticket, call));
        // Whoever takes the first call wakes the next thread when there is more.
        let woken = if state.waiting.len() == 1 { state.asleep.pop() } else { None };
        drop(state);
        wake(woken);
        Ok(ticket)
    }

    /// Takes a call back; false when its turn has come already.
    fn leave(&self, ticket: u64) -> bool {
        let mut state = self.state();
        let place = state.waiting.binary_search_by_key(&ticket, |(ticket, _)| *ticket);
        place.is_ok_and(|place| state.waiting.remove(place).is_some())
    }

    /// The next call; `None` when the line is closed and empty.
    fn next(&self) -> Option<Call> {
        loop {
            let mut state = self.state();
            if let Some((_, call)) = state.waiting.pop_front() {
                let woken = if state.waiting.is_empty() { None } else { state.asleep.pop() };
                drop(state);
                wake(woken);
                return Some(call);
            }
            if state.closed {
                return None;
            }
            let me = thread::current();
            let my_id = me.id();
            state.asleep.push(me);
            drop(state);
            thread::park();
            // A thread may wake without having been woken.
            self.state().asleep.retain(|thread| thread.id() != my_id);
        }
    }
}

fn wake(asleep: Option<Thread>) {
    if let Some(thread) = asleep {
        thread.unpark();
    }
}
