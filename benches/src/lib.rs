//! The measuring tools of wangge. They decide nothing about the product: they create load, measure, and
//! check what was promised. They speak to loopback only, and end only processes that they started.
//!
//! `bare` is the ceiling server, the yardstick. `target` is what a server must answer so that it can be
//! measured; `wangge` and `bare::target` are the two that can. `works` runs W1 to W8 over `driver`, and
//! `drill` kills a server and looks for what it lost.

pub mod bare;
pub mod drill;
pub mod driver;
pub mod figures;
pub mod http;
pub mod ledger;
pub mod manifest;
pub mod process;
pub mod procstat;
pub mod report;
pub mod target;
pub mod typeid;
pub mod wangge;
pub mod works;
