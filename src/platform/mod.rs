//! Floor 2: how we reach databases, clients and phones.

pub mod access;
pub mod audit;
pub mod counters;
pub mod db;
pub mod leases;
pub mod outbox;
pub mod timetable;
pub mod web;
