//! What a campaign came to, counted as it happens, and the proof that it is counted right. Its hazards are counted by
//! `hazards`.

use std::collections::BTreeMap;

use super::model::{CampaignFile, InspectionRow};
use super::store::inspections;
use crate::base::area_code::AreaCode;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::hazards::{self, Campaign, Fates, HazardField};
use crate::platform::access::AreaScope;
use crate::platform::counters::{self, Difference};
use crate::platform::db::{DbConnection, Tx};

/// The book that these counters are kept in.
const BOOK: &str = "campaigns";

crate::text_enum! {
    /// What is counted of a campaign.
    pub enum Counted {
        Inspections = "inspections" "检查次数",
        Enforcement = "enforcement" "行政执法检查次数",
        Places = "places" "检查场所数",
        Failed = "failed" "不合格项数",
        FinesFen = "fines_fen" "当场罚款(分)",
    }
}

fn key(campaign: Id<Campaign>, counted: Counted) -> String {
    format!("{campaign}:{counted}")
}

/// Counts an inspection in; `first` is whether the campaign was at its place for the first time.
pub fn count(tx: &mut Tx, row: &InspectionRow, first: bool) -> Result<()> {
    let mut once = vec![Counted::Inspections];
    once.extend(row.enforcement.then_some(Counted::Enforcement));
    once.extend(first.then_some(Counted::Places));
    let once: Vec<_> = once.into_iter().map(|counted| key(row.campaign_id, counted)).collect();
    let once: Vec<_> = once.iter().map(String::as_str).collect();
    counters::add(tx, BOOK, &row.area_code, &once, 1)?;
    let failed = key(row.campaign_id, Counted::Failed);
    counters::add(tx, BOOK, &row.area_code, &[&failed], i64::from(row.failed))?;
    let fines = key(row.campaign_id, Counted::FinesFen);
    counters::add(tx, BOOK, &row.area_code, &[&fines], row.fine_fen.unwrap_or(0))
}

/// What a campaign came to in the areas of somebody.
#[derive(Debug, Clone, Default)]
pub struct Statistics {
    /// By what is counted.
    pub counts: BTreeMap<Counted, i64>,
    /// By field of the hazards found.
    pub fields: BTreeMap<HazardField, Fates>,
}

/// What `campaign` came to where `scope` sees it: two index look-ups for each of its areas.
pub fn of(c: &mut DbConnection, scope: &AreaScope, campaign: &CampaignFile) -> Result<Statistics> {
    let (id, areas) = (campaign.row.id, campaign.seen_by(scope));
    let mut counts = BTreeMap::new();
    for count in counters::read_each(c, BOOK, &areas, &format!("{id}:"))? {
        let counted = count.key.rsplit(':').next().and_then(|word| word.parse::<Counted>().ok());
        let strange = || Problem::internal(format!("a count is kept under {}", count.key));
        *counts.entry(counted.ok_or_else(strange)?).or_insert(0) += count.n;
    }
    Ok(Statistics { counts, fields: hazards::of_campaign(c, scope, id, &areas)? })
}

/// Where the counters differ from counting inspections and places themselves.
pub fn compare(c: &mut DbConnection) -> Result<Vec<Difference>> {
    let mut truth: Vec<(AreaCode, Vec<String>, i64)> = Vec::new();
    for tally in inspections::tally(c)? {
        let (area, campaign) = tally.of;
        let mut counted = vec![key(campaign, Counted::Inspections)];
        counted.extend(tally.enforcement.then(|| key(campaign, Counted::Enforcement)));
        truth.push((area.clone(), counted, tally.inspections));
        truth.push((area.clone(), vec![key(campaign, Counted::Failed)], tally.failed));
        truth.push((area, vec![key(campaign, Counted::FinesFen)], tally.fines_fen));
    }
    for ((area, campaign), n) in inspections::tally_places(c)? {
        truth.push((area, vec![key(campaign, Counted::Places)], n));
    }
    counters::compare(c, BOOK, truth.into_iter())
}
