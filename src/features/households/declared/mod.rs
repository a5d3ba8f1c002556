//! What a resident says of themselves (标签自述), so that a warning may reach those whom its fraud looks for; and whether
//! they want that at all. Nobody else writes it, and nobody else reads it: a notice asks whom its rule holds, not who
//! somebody is. 个人信息保护法 13, 24, 29; `docs/decisions/0035-audiences.md`.

mod actions;
mod routes;
mod wire;

pub use routes::routes;
