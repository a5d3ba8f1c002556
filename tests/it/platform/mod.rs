//! How we reach databases, clients and phones.

mod audit;
mod counters;
mod leases;
mod outbox;
