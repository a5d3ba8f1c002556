//! Floor 2: how we reach databases, clients and phones.

pub mod access;
pub mod config;
pub mod db;
pub mod telemetry;
pub mod web;
