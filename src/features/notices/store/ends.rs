//! What became of tries, written down by whoever holds their lease.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Nullable, Text};

use crate::base::clock::Timestamp;
use crate::base::column::{Instant, Uid};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::notices::delivery::{DeliveryState, Sending, UNCERTAIN, Verdict};
use crate::features::notices::model::{Delivery, Lease};
use crate::platform::db::schema::deliveries::{self, dsl};
use crate::platform::db::{DbConnection, Tx};
use crate::prepared;

/// What a row says after a try.
#[derive(AsChangeset)]
#[diesel(table_name = deliveries, treat_none_as_null = true)]
struct End {
    state: DeliveryState,
    gateway: Option<String>,
    tried_at: Option<Timestamp>,
    attempts: i32,
    due_at: Timestamp,
    lease_token: Option<Id<Lease>>,
    lease_until: Option<Timestamp>,
    provider_ref: Option<String>,
    outcome: Option<String>,
    sent_at: Option<Timestamp>,
    updated_at: Timestamp,
}

impl End {
    fn of(row: &Sending, verdict: &Verdict, now: Timestamp) -> Self {
        let state = verdict.state.unwrap_or(DeliveryState::Queued);
        let in_doubt = state == DeliveryState::Queued && verdict.outcome.as_deref() == Some(UNCERTAIN);
        Self {
            state,
            // What did not leave has none, unless it may have left before.
            gateway: verdict
                .gateway
                .or(row.gateway.as_deref().filter(|_| row.is_uncertain()))
                .map(str::to_owned),
            tried_at: in_doubt.then(|| row.tried_at.unwrap_or(now)),
            attempts: if verdict.counts { row.attempts } else { row.attempts - 1 },
            due_at: now.plus(verdict.pause),
            lease_token: None,
            lease_until: None,
            provider_ref: verdict.provider_ref.clone(),
            outcome: verdict.outcome.clone(),
            sent_at: (state == DeliveryState::Sent).then_some(now),
            updated_at: now,
        }
    }
}

/// Writes down what became of tries; answers which of them `lease` still held. Whoever lost one writes nothing of it.
pub fn record(
    tx: &mut Tx,
    lease: Id<Lease>,
    verdicts: &[(Sending, Verdict)],
) -> Result<BTreeSet<Id<Delivery>>> {
    let now = tx.now();
    let ends: Vec<_> = verdicts.iter().map(|(row, verdict)| (row.id, End::of(row, verdict, now))).collect();
    if ends.is_empty() {
        return Ok(BTreeSet::new());
    }
    match &mut **tx {
        DbConnection::Postgres(c) => together(c, (lease, now), &ends),
        // One statement for each costs no way here, and is prepared.
        DbConnection::Sqlite(c) => {
            let mut ours = BTreeSet::new();
            for (id, end) in ends {
                let held = dsl::deliveries
                    .filter(dsl::id.eq(id))
                    .filter(dsl::lease_token.eq(lease))
                    .filter(dsl::state.eq(DeliveryState::Sending));
                if prepared!(diesel::update(held).set(end)).execute(c)? == 1 {
                    ours.insert(id);
                }
            }
            Ok(ours)
        }
    }
}

/// In the order of [`End`].
const TOGETHER: &str = "UPDATE deliveries AS d SET state = e.state, gateway = e.gateway, tried_at = e.tried_at, \
   attempts = e.attempts, due_at = e.due_at, lease_token = NULL, lease_until = NULL, provider_ref = e.provider_ref, \
   outcome = e.outcome, sent_at = e.sent_at, updated_at = $11 \
 FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) \
   AS e (id, state, gateway, tried_at, attempts, due_at, provider_ref, outcome, sent_at) \
 WHERE d.id = e.id AND d.lease_token = $10 AND d.state = 'sending' RETURNING d.id";

#[derive(QueryableByName)]
struct Ours {
    #[diesel(sql_type = Uid)]
    id: Id<Delivery>,
}

/// All of them in one statement: each is a way to the server and back.
fn together(
    c: &mut PgConnection,
    (lease, now): (Id<Lease>, Timestamp),
    ends: &[(Id<Delivery>, End)],
) -> Result<BTreeSet<Id<Delivery>>> {
    fn all<'e, T>(ends: &'e [(Id<Delivery>, End)], of: impl Fn(&'e End) -> T) -> Vec<T> {
        ends.iter().map(|(_, end)| of(end)).collect()
    }
    let ids: Vec<_> = ends.iter().map(|(id, _)| *id).collect();
    let ours = diesel::sql_query(TOGETHER)
        .bind::<Array<Uid>, _>(ids)
        .bind::<Array<Text>, _>(all(ends, |end| end.state))
        .bind::<Array<Nullable<Text>>, _>(all(ends, |end| end.gateway.as_deref()))
        .bind::<Array<Nullable<Instant>>, _>(all(ends, |end| end.tried_at))
        .bind::<Array<Integer>, _>(all(ends, |end| end.attempts))
        .bind::<Array<Instant>, _>(all(ends, |end| end.due_at))
        .bind::<Array<Nullable<Text>>, _>(all(ends, |end| end.provider_ref.as_deref()))
        .bind::<Array<Nullable<Text>>, _>(all(ends, |end| end.outcome.as_deref()))
        .bind::<Array<Nullable<Instant>>, _>(all(ends, |end| end.sent_at))
        .bind::<Uid, _>(lease)
        .bind::<Instant, _>(now);
    Ok(ours.load::<Ours>(c)?.into_iter().map(|row| row.id).collect())
}
