//! Outlets (宣传阵地): the places where a notice is shown and no household is counted for: the loudspeakers of the
//! villages, LED screens, chat groups, walls, short videos, leaflets.
//!
//! The office keeps which there are and whom they may reach. What was shown by hand is recorded; a machine (loudspeaker,
//! screen, the robot of a WeCom group) is told by a job (`sending`), at most once for a notice and never faster than its
//! robot may. Exposure is reported by itself and never a part of coverage: nobody knows which household looked
//! (decision 0048). Addresses and keys of machines are sealed and never shown again. It refuses to count an estimate
//! as somebody reached.
//! Callers: the office, grid workers who put up leaflets. The clients of the machines stand in `platform/push`; `app`
//! hands them to the job.

mod actions;
mod model;
mod routes;
mod sending;
mod store;
mod wire;

pub use model::{Exposure, ExposureState, Outlet, OutletKind};
pub use routes::routes;
pub use sending::{Message, SendExposure, send};
