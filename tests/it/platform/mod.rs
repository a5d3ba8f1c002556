//! How we reach databases, clients and phones.

mod audit;
mod counters;
mod idempotency;
mod leases;
mod outbox;
