//! How we reach databases, clients and phones.

mod along;
mod audit;
mod beginning;
mod cloud_photos;
mod counters;
mod idempotency;
mod leases;
mod outbox;
mod timetable;
