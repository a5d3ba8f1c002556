//! Asking how far a notice came.

use std::collections::{BTreeMap, HashMap};

use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::{Page, PageRequest, Place};
use crate::base::problem::{Problem, Result};
use crate::features::households::{self, HouseholdSummary};
use crate::features::notices::{self, DeliveryState, Frozen, Notice, Reach, ReachStatus, Reached, Stored};
use crate::platform::access::policy::{SeeHouseholds, SeeNotices};
use crate::platform::access::{Granted, Household};
use crate::platform::db::{Db, DbConnection};
use crate::platform::privacy::Vault;

/// What happened in an area, and what it is measured against.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    /// Households at publication.
    pub households: i64,
    /// Persons in them.
    pub persons: i64,
    /// Households of which nobody had a smartphone.
    pub no_smartphone: i64,
    /// What happened.
    pub reached: Reached,
}

impl Measured {
    fn of(frozen: &Frozen, reached: Reached) -> Self {
        Self {
            households: i64::from(frozen.households),
            persons: i64::from(frozen.persons),
            no_smartphone: i64::from(frozen.no_smartphone),
            reached,
        }
    }

    /// Both together.
    pub fn plus(self, other: &Self) -> Self {
        let Reached { all, no_smartphone, newcomers } = self.reached;
        Self {
            households: self.households + other.households,
            persons: self.persons + other.persons,
            no_smartphone: self.no_smartphone + other.no_smartphone,
            reached: Reached {
                all: all.plus(&other.reached.all),
                no_smartphone: no_smartphone.plus(&other.reached.no_smartphone),
                newcomers: newcomers.plus(&other.reached.newcomers),
            },
        }
    }
}

/// How far a notice came.
#[derive(Debug, Clone)]
pub struct Coverage {
    /// Every grid that the caller may see and where somebody lived at publication.
    pub grids: BTreeMap<AreaCode, Measured>,
    /// Deliveries by state, in all grids of the notice.
    pub deliveries: BTreeMap<DeliveryState, i64>,
    /// When every delivery stood in line; none before.
    pub fanned_out_at: Option<Timestamp>,
}

impl Coverage {
    /// The sums of the grids in each area of a coarser level.
    pub fn at(&self, level: AreaLevel) -> BTreeMap<AreaCode, Measured> {
        let mut sums = BTreeMap::<AreaCode, Measured>::new();
        for (grid, measured) in &self.grids {
            let sum = sums.entry(grid.at(level).unwrap_or_else(|| grid.clone())).or_default();
            *sum = std::mem::take(sum).plus(measured);
        }
        sums
    }
}

/// How far the notice came in the grids that the caller may see, or in those of them that lie in `area`; 404 when the
/// notice or the area is not for the caller.
pub fn of_notice(
    c: &mut DbConnection,
    by: &Granted<SeeNotices>,
    id: Id<Notice>,
    area: Option<&AreaCode>,
) -> Result<Coverage> {
    let notice = notices::read(c, by, id)?.row;
    let scope = by.scope().asked(area)?;
    let everywhere = std::slice::from_ref(&notice.area_code);
    let areas = if scope.is_everywhere() { everywhere } else { scope.prefixes() };
    let mut reached = notices::by_grid(c, id, areas)?;
    let grids = notices::frozen(c, &scope, id)?.into_iter().map(|frozen| {
        let reached = reached.remove(&frozen.area_code).unwrap_or_default();
        (frozen.area_code.clone(), Measured::of(&frozen, reached))
    });
    let grids = grids.collect();
    Ok(Coverage {
        grids,
        deliveries: notices::by_state(c, id)?,
        fanned_out_at: notices::fanned_out_at(c, id)?,
    })
}

/// Where a household stands, as a list may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Nothing has reached it, or something was sent and nothing more is known.
    Uncovered,
    /// Nothing has reached it.
    None,
    /// The best that happened.
    Best(ReachStatus),
}

/// A household with how far the notice came with it.
pub struct HouseholdReach {
    /// The household, masked.
    pub household: HouseholdSummary,
    /// How far; none when nothing has reached it.
    pub reach: Option<Reach>,
}

/// Households that are looked at for one page; a page that needs more is short and has a `next`.
const MOST_LOOKED_AT: usize = 1000;
/// Households of one look.
const LOOK: u32 = 100;

/// A page of the households in `area` that live there now and for which the notice was published, newest first,
/// those that nothing has reached among them; `wanted` leaves only some. 404 for an area outside of where the caller
/// sees both notices and households.
pub async fn households(
    db: &Db,
    vault: std::sync::Arc<Vault>,
    (by, sees): (Granted<SeeNotices>, Granted<SeeHouseholds>),
    id: Id<Notice>,
    area: AreaCode,
    wanted: Option<Wanted>,
    page: PageRequest,
) -> Result<Page<HouseholdReach>> {
    db.read_lagging(move |c| {
        let notice = notices::read(c, &by, id)?;
        let known = by.scope().narrowed_to(&area).ok_or_else(Problem::not_found)?;
        let seen = sees.scope().narrowed_to(&area).ok_or_else(Problem::not_found)?;
        let addressed = addressed(&notice, &area);
        let around = if let [one] = addressed.as_slice() { one } else { &area };
        let Some(scope) = seen.narrowed_to(around).filter(|_| !addressed.is_empty()) else {
            return Ok(Page { items: vec![], next: None });
        };
        let meant = |home: &AreaCode| known.holds(home) && addressed.iter().any(|part| home.is_within(part));
        let most = usize::try_from(page.fetch()).unwrap_or(usize::MAX);
        let mut found: Vec<(Place, HouseholdReach)> = Vec::new();
        let mut look = PageRequest::first(LOOK);
        look.after = page.after;
        let mut next = None;
        for looked_at in (LOOK as usize..=MOST_LOOKED_AT).step_by(LOOK as usize) {
            let chunk = households::list(c, &scope, &vault, &look)?;
            let last = chunk.items.last().map(|(household, _)| place(household.created_at, household.id));
            let ids: Vec<_> = chunk.items.iter().map(|(household, _)| household.id).collect();
            let mut reached: HashMap<_, _> =
                notices::reached(c, id, &ids)?.into_iter().map(|reach| (reach.household_id, reach)).collect();
            for (household, head) in chunk.items {
                let reach = reached.remove(&household.id);
                if meant(&household.area) && is_wanted(wanted, household.is_living(), reach.as_ref()) {
                    let place = place(household.created_at, household.id);
                    found.push((place, HouseholdReach { household: (household, head).into(), reach }));
                }
            }
            if chunk.next.is_none() || found.len() >= most {
                break;
            }
            look.after = last;
            next = last.filter(|_| looked_at == MOST_LOOKED_AT).map(Place::encode);
        }
        let page = page.page(found, |(place, _)| *place);
        Ok(Page { next: page.next.or(next), items: page.items.into_iter().map(|(_, row)| row).collect() })
    })
    .await
}

/// The parts of `area` that the notice was published for; none before it was.
fn addressed(notice: &Stored, area: &AreaCode) -> Vec<AreaCode> {
    let part = |of: &AreaCode| {
        let finer = if of.is_within(area) { Some(of) } else { Some(area).filter(|area| area.is_within(of)) };
        finer.cloned()
    };
    let published = notice.row.published_at.is_some();
    notice.areas.iter().filter(|_| published).filter_map(part).collect()
}

fn place(at: Timestamp, id: Id<Household>) -> Place {
    Place { at, id: id.uuid() }
}

/// Whoever has moved away is shown only where something reached them.
fn is_wanted(wanted: Option<Wanted>, living: bool, reach: Option<&Reach>) -> bool {
    let status = reach.map(|reach| reach.status);
    (living || status.is_some())
        && match wanted {
            None => true,
            Some(Wanted::Uncovered) => status.is_none_or(|status| status == ReachStatus::Sent),
            Some(Wanted::None) => status.is_none(),
            Some(Wanted::Best(best)) => status == Some(best),
        }
}
