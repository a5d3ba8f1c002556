//! Every procedure: each state, each step and each role, as `docs/procedures.md` has them.

mod bodies;
mod machines;
mod page;
mod records;
mod walk;
