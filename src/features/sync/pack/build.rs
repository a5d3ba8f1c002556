//! Writes a pack and signs it.

use std::sync::Arc;

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::file::File;
use super::read::{Content, Reader};
use crate::base::clock::Timestamp;
use crate::base::problem::{Problem, Result};
use crate::features::areas::AreaView;
use crate::features::campaigns::offline::RunningCampaignView;
use crate::features::households::HouseholdView;
use crate::features::sync::carried::CarriedCase;
use crate::features::visits::offline::{PackedNotice, TaskView};
use crate::platform::access::policy::{SeeCases, UseSync};
use crate::platform::access::{Actor, Granted, Staff};
use crate::platform::privacy::Signer;
use crate::platform::web::App;

/// The most bytes of a pack, compressed.
pub const LARGEST: usize = 5_000_000;
/// The shape of the document; a phone refuses one that it does not know.
const FORMAT: u32 = 1;

/// A pack, ready to be sent.
pub struct Pack {
    /// gzip.
    pub bytes: Vec<u8>,
    /// Names the content, without the moment in which it was read.
    pub tag: String,
    /// Ed25519 over [`Self::bytes`], base64.
    pub signature: String,
    /// By which key.
    pub key_id: String,
}

/// The document in a pack.
#[derive(Debug, Serialize, ToSchema)]
pub struct PackDocument {
    /// 1.
    pub format: u32,
    /// Whose pack it is.
    pub staff: crate::base::id::Id<Staff>,
    /// When it was read.
    pub made_at: Timestamp,
    /// Give this to a pull, to go on from here.
    pub cursor: String,
    /// The worker's areas in use, by code.
    pub areas: Vec<AreaView>,
    /// The campaigns that run there today, with their checklists, newest first.
    pub campaigns: Vec<RunningCampaignView>,
    /// The open cases, newest first.
    pub open_cases: Vec<CarriedCase>,
    /// The notices that are brought to households.
    pub notices: Vec<PackedNotice>,
    /// The households that they are still to be brought to, notice by notice in the order of walking, masked.
    pub visit_tasks: Vec<TaskView>,
    /// The households with their persons, masked, by area and number.
    pub households: Vec<HouseholdView>,
    /// What was closed in the last 30 days, newest first.
    pub closed_cases: Vec<CarriedCase>,
    /// What found no room; empty when all did.
    pub left_out: Vec<LeftOut>,
}

/// What a pack has no room for: the last of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeftOut {
    /// Of which list.
    #[schema(value_type = String, example = "closed_cases")]
    pub list: &'static str,
    /// How many of those that were read; there may be more.
    pub number: usize,
    /// Whether there are more that were not even read.
    pub more: bool,
}

/// Builds the pack of whoever asks, of at most `limit` bytes.
pub async fn build(app: &App, by: &Granted<UseSync>, limit: usize) -> Result<Pack> {
    let reader = Reader::of(by.actor(), app.clock.now())?;
    let (asks, vault) = (reader.clone(), Arc::clone(&app.vault));
    let content = app.db.read(move |c| asks.read(c, &vault)).await?;
    let (actor, house) = (by.actor().clone(), app.clone());
    // Opening, writing and compressing a thousand households takes a moment of one core.
    let written = tokio::task::spawn_blocking(move || write(&actor, &reader, content, &house, limit));
    written.await.map_err(|_| Problem::internal("writing a pack panicked"))?
}

fn write(actor: &Actor, reader: &Reader, content: Content, app: &App, limit: usize) -> Result<Pack> {
    let Content { areas, campaigns, open_cases, notices, visit_tasks, households, closed_cases, cursor } =
        content;
    let today = reader.read_at().local_date();
    let see: &Granted<SeeCases> = reader.cases();
    let mut file = File::new(limit);
    let head = json!({
        "format": FORMAT, "staff": actor.shown_id(), "made_at": reader.read_at(), "cursor": cursor.encode(),
    });
    // An object of which the end is still to come.
    file.text(head.to_string().trim_end_matches('}'))?;
    file.text(",")?;
    let mut left_out = Vec::new();
    let mut note = |list, number, more| {
        if number > 0 || more {
            left_out.push(LeftOut { list, number, more });
        }
    };
    let left = file.list("areas", areas.items, |area| Ok(AreaView::from(area)))?;
    note("areas", left, areas.more);
    file.text(",")?;
    let left = file.list("campaigns", campaigns.items, RunningCampaignView::of)?;
    note("campaigns", left, campaigns.more);
    file.text(",")?;
    let left = file.list("open_cases", open_cases.items, |case| case.view(see, app))?;
    note("open_cases", left, open_cases.more);
    file.text(",")?;
    let left = file.list("notices", notices.items, Ok)?;
    note("notices", left, notices.more);
    file.text(",")?;
    let left = file.list("visit_tasks", visit_tasks.items, |task| Ok(TaskView::of(task, today)))?;
    note("visit_tasks", left, visit_tasks.more);
    file.text(",")?;
    let left = file.list("households", households.items, |home| Ok(HouseholdView::from(home)))?;
    note("households", left, households.more);
    file.text(",")?;
    let left = file.list("closed_cases", closed_cases.items, |case| case.view(see, app))?;
    note("closed_cases", left, closed_cases.more);
    file.text(&format!(",\"left_out\":{}}}", json!(left_out)))?;
    let signer = Signer::of(&app.vault);
    let (tag, bytes) = (file.digest(), file.finish()?);
    Ok(Pack { signature: signer.sign(&bytes), key_id: signer.key_id(), tag, bytes })
}
