//! The rows of the outbox: claimed, recorded, counted, removed.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Text};
use serde_json::Value;

use super::{Claim, JobState, OutboxJob, Outcome};
use crate::base::clock::Timestamp;
use crate::base::column::{Instant, JsonDoc, Uid};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::base::spelt::{Spelt, spelt};
use crate::platform::db::schema::outbox_jobs::{self, dsl};
use crate::platform::db::{Db, DbConnection, Doc, Node, Outcome as _, Tx, holds};

/// How long a job that is done stays to be looked at. One that was given up stays until it is dealt with.
const KEPT: TimeDelta = TimeDelta::days(7);
/// Jobs that one purge transaction removes.
const PURGED_AT_ONCE: i64 = 500;
/// Given-up jobs that are counted and listed at most; more is not told apart from this.
const LISTED: i64 = 1000;
/// Characters of an error that are kept.
const ERROR_LENGTH: usize = 500;

/// A job that this node may run until its lease ends.
#[derive(QueryableByName)]
pub(super) struct Claimed {
    #[diesel(sql_type = Uid)]
    pub id: Id<OutboxJob>,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = JsonDoc)]
    payload: Doc,
    /// This run included.
    #[diesel(sql_type = Integer)]
    pub attempts: i32,
    /// What it is held by.
    #[diesel(sql_type = Uid)]
    pub claim: Id<Claim>,
}

impl Claimed {
    /// What the job is about.
    pub fn payload(&self) -> Value {
        self.payload.0.clone()
    }
}

/// The kinds as a list for `IN (..)`; [`Handlers::on`](super::Handlers::on) has looked at their letters.
pub(super) fn list(kinds: impl Iterator<Item = &'static str>) -> String {
    kinds.map(|kind| format!("'{kind}'")).collect::<Vec<_>>().join(", ")
}

/// Whether a job of these kinds may be run now.
pub(super) fn is_due(c: &mut DbConnection, kinds: &str, now: Timestamp) -> Result<bool> {
    let due = dsl::outbox_jobs
        .filter(dsl::state.eq(JobState::Waiting.spelt()))
        .filter(spelt::<Bool>("urgent IN (TRUE, FALSE)")) // both ends of the index
        .filter(dsl::due_at.le(now))
        .filter(dsl::lease_until.is_null().or(dsl::lease_until.le(now)))
        .filter(spelt::<Bool>(format!("kind IN ({kinds})")))
        .select(dsl::id);
    Ok(due.first::<Id<OutboxJob>>(c).or_none()?.is_some())
}

/// Claims up to `at_most` due jobs for the span of `lease`, the urgent ones first, and counts the try. What another
/// node is claiming at this moment is passed over; a lease that is over no longer counts.
pub(super) fn claim(
    tx: &mut Tx,
    kinds: &str,
    at_most: usize,
    (claim, lease): (Id<Claim>, TimeDelta),
) -> Result<Vec<Claimed>> {
    let now = tx.now();
    let c: &mut DbConnection = tx;
    let of_many = if c.is_postgres() { " FOR UPDATE SKIP LOCKED" } else { "" };
    let mut claimed = Vec::new();
    for urgent in [true, false] {
        let text = format!(
            "WITH due AS MATERIALIZED (SELECT id FROM outbox_jobs \
               WHERE state = 'waiting' AND urgent = $1 AND due_at <= $2 \
                 AND (lease_until IS NULL OR lease_until <= $2) AND kind IN ({kinds}) \
               ORDER BY due_at, id LIMIT $3{of_many}) \
             UPDATE outbox_jobs SET lease_token = $4, lease_until = $5, attempts = attempts + 1 \
             WHERE id IN (SELECT id FROM due) \
             RETURNING id, kind, payload, attempts, lease_token AS claim"
        );
        let room = at_most - claimed.len();
        let mut taken: Vec<Claimed> = diesel::sql_query(text)
            .bind::<Bool, _>(urgent)
            .bind::<Instant, _>(now)
            .bind::<BigInt, _>(room as i64)
            .bind::<Uid, _>(claim)
            .bind::<Instant, _>(now.plus(lease))
            .load(c)?;
        taken.sort_by_key(|job| job.id); // RETURNING promises no order
        claimed.append(&mut taken);
        if claimed.len() >= at_most {
            break;
        }
    }
    Ok(claimed)
}

/// Ends the claims of a process that is no more: what it ran is run again at once, and not when the claim ends.
pub fn end_holds(tx: &mut Tx, gone: Id<Node>) -> Result<()> {
    let (first, last) = holds::<Claim>(gone).into_inner();
    let held = dsl::outbox_jobs
        .filter(dsl::state.eq(JobState::Waiting.spelt()))
        .filter(spelt::<Bool>("urgent IN (TRUE, FALSE)")) // both ends of the index
        .filter(dsl::lease_token.between(first, last));
    let free = (dsl::lease_token.eq(None::<Id<Claim>>), dsl::lease_until.eq(None::<Timestamp>));
    diesel::update(held).set(free).execute(&mut **tx)?;
    Ok(())
}

/// Holds on to a job that still runs; says whether it is still ours.
pub(super) fn renew(tx: &mut Tx, (job, claim): (Id<OutboxJob>, Id<Claim>), lease: TimeDelta) -> Result<bool> {
    let until = tx.now().plus(lease);
    let ours = dsl::outbox_jobs
        .filter(dsl::id.eq(job))
        .filter(dsl::lease_token.eq(claim))
        .filter(dsl::state.eq(JobState::Waiting));
    Ok(diesel::update(ours).set(dsl::lease_until.eq(Some(until))).execute(&mut **tx)? == 1)
}

/// What the row says after a run.
pub(super) enum Recorded {
    /// It is done.
    Done,
    /// The rest of it is due.
    More,
    /// It waits for another try.
    Again,
    /// It was given up.
    GaveUp,
    /// Another node has claimed it meanwhile, so nothing was written.
    Late,
}

/// Writes down what a run came to; `pauses` is the timetable of further tries. Whoever lost the claim
/// writes nothing.
pub(super) fn finish(
    tx: &mut Tx,
    job: &Claimed,
    outcome: &Outcome,
    pauses: &[TimeDelta],
) -> Result<Recorded> {
    let now = tx.now();
    let tried = usize::try_from(job.attempts).unwrap_or(usize::MAX);
    let pause = tried.checked_sub(1).and_then(|place| pauses.get(place));
    let (state, recorded, error) = match (outcome, pause) {
        (Outcome::Done, _) => (JobState::Done, Recorded::Done, None),
        (Outcome::More, _) => (JobState::Waiting, Recorded::More, None),
        (Outcome::Retry(why), Some(_)) => (JobState::Waiting, Recorded::Again, Some(why)),
        (Outcome::Retry(why), None) | (Outcome::GaveUp(why), _) => {
            (JobState::GaveUp, Recorded::GaveUp, Some(why))
        }
    };
    let again = state == JobState::Waiting;
    let due = match recorded {
        Recorded::More => Some(now),
        _ => pause.filter(|_| again).map(|pause| now.plus(*pause)),
    };
    let error: Option<String> = error.map(|why| why.chars().take(ERROR_LENGTH).collect());
    let ours = dsl::outbox_jobs
        .filter(dsl::id.eq(job.id))
        .filter(dsl::lease_token.eq(job.claim))
        .filter(dsl::state.eq(JobState::Waiting));
    let c: &mut DbConnection = tx;
    let written = diesel::update(ours)
        .set((
            dsl::state.eq(state),
            due.map(|due| dsl::due_at.eq(due)),
            dsl::lease_token.eq(None::<Id<Claim>>),
            dsl::lease_until.eq(None::<Timestamp>),
            dsl::last_error.eq(error),
            dsl::finished_at.eq((!again).then_some(now)),
        ))
        .execute(c)?;
    Ok(if written == 1 { recorded } else { Recorded::Late })
}

/// What waits: how many jobs, since when the oldest has been due, and how many are of no known kind; and how
/// many were given up, up to [`LISTED`].
pub(super) struct Waiting {
    pub jobs: i64,
    pub oldest: Option<Timestamp>,
    pub unknown: i64,
    pub given_up: i64,
}

/// Counts what is due and not done, and what was given up.
pub(super) fn waiting(c: &mut DbConnection, kinds: &str, now: Timestamp) -> Result<Waiting> {
    let due = dsl::outbox_jobs.filter(dsl::state.eq(JobState::Waiting.spelt())).filter(dsl::due_at.le(now));
    let (jobs, oldest) =
        due.clone().select((diesel::dsl::count_star(), diesel::dsl::min(dsl::due_at))).first(c)?;
    let unknown = due.filter(spelt::<Bool>(format!("kind NOT IN ({kinds})"))).count().get_result(c)?;
    let given_up: Vec<Id<OutboxJob>> = given_up_ones().select(dsl::id).limit(LISTED).load(c)?;
    Ok(Waiting { jobs, oldest, unknown, given_up: given_up.len() as i64 })
}

/// A job that was given up, for the person who looks after it.
#[derive(Debug, Queryable)]
pub struct GivenUp {
    /// Its id.
    pub id: Id<OutboxJob>,
    /// Which handler it is for.
    pub kind: String,
    /// How often it was tried.
    pub attempts: i32,
    /// Why the last try failed.
    pub last_error: Option<String>,
    /// When it was given up.
    pub finished_at: Option<Timestamp>,
}

/// What was given up, the oldest first, up to [`LISTED`].
pub fn given_up(c: &mut DbConnection) -> Result<Vec<GivenUp>> {
    let columns = (dsl::id, dsl::kind, dsl::attempts, dsl::last_error, dsl::finished_at);
    Ok(given_up_ones().order(dsl::finished_at).select(columns).limit(LISTED).load(c)?)
}

/// Lets a job that was given up wait again, due now, with all its tries before it; `None` is every one. Answers
/// how many those were.
pub fn retry(tx: &mut Tx, id: Option<Id<OutboxJob>>) -> Result<usize> {
    let now = tx.now();
    let c: &mut DbConnection = tx;
    let ids: Vec<Id<OutboxJob>> = match id {
        Some(id) => vec![id],
        None => given_up_ones().select(dsl::id).load(c)?,
    };
    let mut again = 0;
    for ids in ids.chunks(PURGED_AT_ONCE as usize) {
        let those = dsl::outbox_jobs.filter(dsl::id.eq_any(ids)).filter(dsl::state.eq(JobState::GaveUp));
        let waiting = (
            dsl::state.eq(JobState::Waiting),
            dsl::attempts.eq(0),
            dsl::due_at.eq(now),
            dsl::finished_at.eq(None::<Timestamp>),
        );
        again += diesel::update(those).set(waiting).execute(c)?;
    }
    Ok(again)
}

/// In the words of the partial index.
#[diesel::dsl::auto_type(no_type_alias)]
fn given_up_ones() -> _ {
    let given_up: Spelt<Bool> = spelt("state = 'gave_up'");
    dsl::outbox_jobs.filter(given_up)
}

/// Removes jobs that were done more than seven days ago; run every hour by the timetable.
pub async fn purge(db: &Db) -> Result<()> {
    while db.write(purge_some).await? == PURGED_AT_ONCE as usize {}
    Ok(())
}

fn purge_some(tx: &mut Tx) -> Result<usize> {
    let before = tx.now().plus(-KEPT);
    let old = dsl::outbox_jobs
        .filter(dsl::state.ne(JobState::Waiting.spelt())) // as the index says it
        .filter(dsl::state.eq(JobState::Done))
        .filter(dsl::finished_at.lt(before))
        .select(dsl::id)
        .limit(PURGED_AT_ONCE);
    let c: &mut DbConnection = tx;
    let ids: Vec<Id<OutboxJob>> = old.load(c)?;
    Ok(diesel::delete(outbox_jobs::table.filter(dsl::id.eq_any(ids))).execute(c)?)
}
