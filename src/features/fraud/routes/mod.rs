//! HTTP: grant, input, one action, answer.

mod dissuasions;
mod figures;
mod leads;
mod steps;

use crate::platform::web::Mount;

/// Mounts the routes of this slice.
pub fn routes(mount: &mut impl Mount) {
    mount
        .under("/api/v1/fraud_leads", |mount| {
            leads::routes(mount);
            mount.of_one("/api/v1/fraud_leads/{id}", |lead| {
                leads::routes_of_one(lead);
                steps::routes_of_one(lead);
            });
        })
        .under("/api/v1/dissuasions", dissuasions::routes)
        .under("/api/v1/fraud_figures", figures::routes);
}
