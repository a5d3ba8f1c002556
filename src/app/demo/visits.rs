//! The newest warning is brought to those whom it has not reached: the office has opened the visits, some grids have begun,
//! and it was shown on loudspeakers, a screen and in groups besides.

use serde_json::{Value, json};

use super::Stage;
use super::cast::Cast;
use super::door::{Ask, By, Door};
use super::places::{TOWN, grids, village_name, villages};
use crate::app::Refusal;
use crate::base::id::Id;
use crate::features::outlets::{Exposure, Outlet};
use crate::features::visits::{self, Visit, WriteVisits};
use crate::platform::access::Role;
use crate::platform::outbox::Place;

/// Grids whose workers have been out.
const BEGUN: usize = 5;
/// How many doors each of them has knocked at.
const DOORS: usize = 40;
/// What comes of visits, one after the other.
const RESULTS: [&str; 10] = [
    "visited", "visited", "absent", "visited", "phoned", "visited", "moved", "visited", "refused", "visited",
];
/// How many people hear one loudspeaker, by estimate.
const HEARERS: i32 = 260;

/// What was written down, for people.
pub struct Written {
    /// Visits that have a result.
    pub visits: usize,
    /// Outlets that are kept.
    pub outlets: usize,
}

/// Opens the visits of the newest notice and lets some be made.
pub async fn fill(stage: &Stage, door: &Door, cast: &Cast) -> Result<Written, Refusal> {
    let office = first(cast, Role::PublicityOfficer, TOWN)?;
    let newest = door.get(office, "/api/v1/notices?state=published&limit=1").await?;
    let Some(notice) = newest["items"][0]["id"].as_str().map(str::to_owned) else {
        return Ok(Written { visits: 0, outlets: 0 });
    };
    let due_on = stage.now.local_date() + chrono::TimeDelta::days(14);
    let path = format!("/api/v1/notices/{notice}/visit_tasks");
    let opened = door.post(office, Ask::new(path, json!({ "due_on": due_on }))).await?;
    for round in opened["rounds"].as_array().into_iter().flatten() {
        let Some(Ok(round)) = round["id"].as_str().map(str::parse) else { continue };
        visits::write(&stage.house.app.db, WriteVisits { round, after: None }, Place::NOWHERE).await;
    }
    let mut made = 0;
    for grid in grids().iter().take(BEGUN) {
        made += knock(door, first(cast, Role::GridWorker, grid)?, &notice, grid).await?;
    }
    Ok(Written { visits: made, outlets: show(door, office, &notice).await? })
}

fn first(cast: &Cast, role: Role, area: &str) -> Result<By, Refusal> {
    let found = cast.with(role, area).first().copied();
    found.ok_or_else(|| Refusal::new("示例数据没有写完", format!("{area} 没有{}", role.label())))
}

/// One worker goes along the way of a grid; answers at how many doors.
async fn knock(door: &Door, worker: By, notice: &str, grid: &str) -> Result<usize, Refusal> {
    let path = format!("/api/v1/notices/{notice}/visit_tasks?state=open&area={grid}&limit={DOORS}");
    let tasks = door.get(worker, &path).await?;
    let tasks: Vec<&Value> = tasks["items"].as_array().into_iter().flatten().collect();
    for (task, result) in tasks.iter().zip(RESULTS.iter().cycle()) {
        let body = json!({
            "id": Id::<Visit>::new(), "notice_id": notice, "household_id": task["household_id"], "result": result,
            "pledge_signed": *result == "visited",
        });
        door.post(worker, Ask::new("/api/v1/visits", body)).await?;
    }
    Ok(tasks.len())
}

/// Every village has a loudspeaker and a group, the town a screen; answers how many outlets there are.
async fn show(door: &Door, office: By, notice: &str) -> Result<usize, Refusal> {
    let villages = villages();
    let of = |village: &String, kind: &'static str, name: &str, audience: i32| {
        (kind, village.clone(), format!("{}{name}", village_name(village)), audience)
    };
    let loudspeakers = villages.iter().map(|village| of(village, "loudspeaker", "村村响", HEARERS));
    let groups = villages.iter().map(|village| of(village, "wx_group", "村民微信群", 400));
    let screen = ("led", TOWN.to_owned(), "示例镇政府LED屏".to_owned(), 1_500);
    let outlets: Vec<_> = loudspeakers.chain(groups).chain([screen]).collect();
    for (kind, area, name, audience) in &outlets {
        let id = Id::<Outlet>::new();
        let body = json!({ "id": id, "area_code": area, "kind": kind, "name": name, "audience": audience });
        door.post(office, Ask::new("/api/v1/outlets", body)).await?;
        let times = if *kind == "wx_group" { 1 } else { 3 };
        let body = json!({ "id": Id::<Exposure>::new(), "outlet_id": id, "times": times });
        door.post(office, Ask::new(format!("/api/v1/notices/{notice}/exposures"), body)).await?;
    }
    Ok(outlets.len())
}
