//! How we reach databases, clients and phones.

mod along;
mod audit;
mod beginning;
mod cloud_photos;
mod counters;
mod idempotency;
mod leases;
mod long_jobs;
mod outbox;
mod timetable;
