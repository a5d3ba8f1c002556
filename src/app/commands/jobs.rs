//! Jobs that were given up: which, why, and trying them again.

use super::{existing, told};
use crate::app::{Refusal, app};
use crate::base::clock::Clock;
use crate::platform::config::Settings;
use crate::platform::outbox::{self, GivenUp};

/// Lists what was given up; the server may run.
pub fn given_up(settings: &Settings) -> Result<String, Refusal> {
    let jobs = outbox::given_up(&mut existing(settings)?).map_err(told("作业读不出"))?;
    if jobs.is_empty() {
        return Ok("没有已放弃的作业".to_owned());
    }
    let line = |GivenUp { id, kind, attempts, last_error, finished_at }: &GivenUp| {
        let at = finished_at.map(|at| at.rfc3339()).unwrap_or_default();
        format!("{id}  {kind}  试过 {attempts} 次  {at}  {}", last_error.as_deref().unwrap_or_default())
    };
    Ok(jobs.iter().map(line).collect::<Vec<_>>().join("\n"))
}

/// Lets one job, or every one, wait again.
pub async fn retry(settings: &Settings, id: Option<&str>) -> Result<String, Refusal> {
    let id = id.map(str::parse).transpose().map_err(|why| Refusal::new("作业编号", why))?;
    let app = app(settings, Clock::System)?;
    let again = app.db.write(move |tx| outbox::retry(tx, id)).await.map_err(told("作业没有改动"))?;
    Ok(format!("{again} 件作业将再次办理"))
}
