//! The rules of the house, as tests. When one fails, its message says what to do.

mod floors;
mod printed;
mod size;
mod sources;
mod table_owners;
mod time;
