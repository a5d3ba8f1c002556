//! The rules of the house, as tests. When one fails, its message says what to do.

mod defaults;
mod filed;
mod floors;
mod licences;
mod migrations;
pub mod printed;
mod scope;
mod size;
mod sources;
mod table_owners;
mod time;
