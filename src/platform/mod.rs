//! Floor 2: how we reach databases, clients and phones.

pub mod access;
pub mod audit;
pub mod blobs;
pub mod config;
pub mod counters;
pub mod db;
pub mod leases;
pub mod mistakes;
pub mod nodes;
pub mod outbox;
pub mod photo;
pub mod privacy;
pub mod private;
pub mod push;
pub mod secrets;
pub mod sheet;
pub mod telemetry;
pub mod timetable;
pub mod tls;
pub mod web;
