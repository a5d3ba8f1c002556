//! What goes into a pack: a bounded number of each kind, a query or two for each.

use crate::base::clock::Timestamp;
use crate::base::problem::Result;
use crate::features::areas::{self, Area};
use crate::features::campaigns::offline::{self as campaigns, Running};
use crate::features::cases;
use crate::features::households::offline::{self as doors, Home};
use crate::features::sync::carried::{self, Carried};
use crate::features::sync::cursor::{Cursor, Stage};
use crate::features::sync::pull;
use crate::features::visits::offline::{self as visits, Packed, PackedNotice, Task, Walker};
use crate::platform::access::policy::{SeeAreas, SeeCampaigns, SeeCases, SeeHouseholds};
use crate::platform::access::{Actor, Granted};
use crate::platform::db::DbConnection;
use crate::platform::privacy::Vault;

/// The most areas.
const AREAS: i64 = 500;
/// The most open cases; one more is asked for, to know whether there are more.
const OPEN: i64 = 2_000;
/// The most closed cases.
const CLOSED: i64 = 1_000;
/// The most households: five grids of the largest size.
const HOUSEHOLDS: i64 = 2_500;

/// The most visits that are still to be made.
const VISITS: i64 = 3_000;
/// The most campaigns that run at once.
const CAMPAIGNS: u32 = 50;

/// The content of a pack before it is written.
pub struct Content {
    pub areas: Kind<Area>,
    pub campaigns: Kind<Running>,
    pub open_cases: Kind<Carried>,
    /// What is brought to households.
    pub notices: Kind<PackedNotice>,
    /// To which.
    pub visit_tasks: Kind<Task>,
    pub households: Kind<Home>,
    pub closed_cases: Kind<Carried>,
    /// From where a pull goes on.
    pub cursor: Cursor,
}

/// Things of one kind.
pub struct Kind<T> {
    /// As many as may be.
    pub items: Vec<T>,
    /// Whether there are more.
    pub more: bool,
}

impl<T> Kind<T> {
    fn of(mut items: Vec<T>, most: i64) -> Self {
        let more = items.len() as i64 > most;
        items.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        Self { items, more }
    }

    fn none() -> Self {
        Self { items: vec![], more: false }
    }
}

/// Whose pack it is, and what they may see.
#[derive(Clone)]
pub struct Reader {
    cases: Granted<SeeCases>,
    areas: Granted<SeeAreas>,
    /// A mediator's post shows neither households nor campaigns.
    households: Option<Granted<SeeHouseholds>>,
    campaigns: Option<Granted<SeeCampaigns>>,
    visits: Option<Walker>,
    now: Timestamp,
}

impl Reader {
    pub fn of(actor: &Actor, now: Timestamp) -> Result<Self> {
        let (households, campaigns) = (Granted::to(actor).ok(), Granted::to(actor).ok());
        let visits = Walker::of(actor);
        Ok(Self {
            cases: Granted::to(actor)?,
            areas: Granted::to(actor)?,
            households,
            campaigns,
            visits,
            now,
        })
    }

    /// When.
    pub fn read_at(&self) -> Timestamp {
        self.now
    }

    pub fn cases(&self) -> &Granted<SeeCases> {
        &self.cases
    }

    /// Reads it all. The cursor first, so that what changes meanwhile comes with the next pull.
    pub fn read(&self, c: &mut DbConnection, vault: &Vault) -> Result<Content> {
        let see = &self.cases;
        let begun = pull::begin(c, see, self.now)?;
        let open = cases::open_page(c, see.scope(), None, OPEN + 1)?;
        let since = self.now.plus(-pull::KEPT);
        let closed = cases::newest_closed(c, see.scope(), since, CLOSED + 1)?;
        let areas = areas::in_use(c, self.areas.scope(), AREAS + 1)?;
        let households = match &self.households {
            Some(see) => Kind::of(doors::read(c, see, vault, HOUSEHOLDS + 1)?, HOUSEHOLDS),
            None => Kind::none(),
        };
        let campaigns = match &self.campaigns {
            Some(see) => {
                let running = campaigns::running(c, see, self.now.local_date(), CAMPAIGNS + 1)?;
                Kind::of(running, CAMPAIGNS.into())
            }
            None => Kind::none(),
        };
        let Packed { notices, tasks, more } = match &self.visits {
            Some(by) => visits::read(c, by, vault, VISITS)?,
            None => Packed { notices: vec![], tasks: vec![], more: false },
        };
        Ok(Content {
            areas: Kind::of(areas, AREAS),
            campaigns,
            open_cases: Kind::of(carried::read(c, see, open, self.now)?, OPEN),
            notices: Kind { items: notices.into_iter().map(PackedNotice::from).collect(), more: false },
            visit_tasks: Kind { items: tasks, more },
            households,
            closed_cases: Kind::of(carried::read(c, see, closed, self.now)?, CLOSED),
            cursor: Cursor { stage: Stage::Follow, ..begun },
        })
    }
}
