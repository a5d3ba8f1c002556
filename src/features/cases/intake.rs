//! What is settled about a case before its transaction: where it lies, and its number.
//!
//! Both are work in memory. Whether the case is new is not known yet, so a place that cannot be is not refused here
//! but by [`open`](super::open): a phone that sends a report again is answered by the record, even when the boundaries
//! were redrawn in between.

use super::model::{CaseKind, NewCase};
use super::numbers::Numbers;
use super::site::{self, NoSite, Site};
use crate::base::area_code::AreaCode;
use crate::base::problem::{Problem, Result};
use crate::features::areas::LiveMap;
use crate::platform::access::{Granted, Permission};
use crate::platform::db::Db;

/// Takes reports in: the map and the case numbers of this node. Cheap to clone.
#[derive(Clone)]
pub struct Intake {
    map: LiveMap,
    numbers: Numbers,
}

/// Where a case is to lie and its number, or why it can lie nowhere; [`Intake::settle`] finds out.
#[derive(Debug, Clone)]
pub struct Settled(Result<(Site, String), NoSite>);

impl Intake {
    /// A desk that looks places up on `map`.
    pub fn new(map: LiveMap) -> Self {
        Self { map, numbers: Numbers::default() }
    }

    /// Finds out where the case lies and takes a number of its town. A report without coordinates does not look at the
    /// map; one with coordinates and an area does not wait for it.
    pub async fn settle<P: Permission>(&self, db: &Db, by: &Granted<P>, new: &NewCase) -> Result<Settled> {
        let map = match (&new.place.at, &new.area) {
            (None, _) => None,
            (Some(_), Some(_)) => self.map.known(),
            (Some(_), None) => Some(self.map.now().await?),
        };
        let today = db.clock().now().local_date();
        let site = match site::settle(by.scope(), new, map.as_deref(), today) {
            Ok(site) => site,
            Err(why) => return Ok(Settled(Err(why))),
        };
        let no = self.number(db, &site.area, new.kind).await?;
        Ok(Settled(Ok((site, no))))
    }

    /// The next number of the town of `area`, for a case of `kind` that lies there already under another procedure.
    pub async fn number(&self, db: &Db, area: &AreaCode, kind: CaseKind) -> Result<String> {
        self.numbers.take(db, &area.town(), kind).await
    }
}

impl Settled {
    /// A place and a number that are given, as when a file is taken over from elsewhere; [`open`](super::open) still
    /// refuses a place where no case can lie.
    pub fn given(area: AreaCode, no: String) -> Self {
        Self(Ok((Site { area, assignment: None }, no)))
    }

    /// The place and the number; 422 when there is none.
    pub(super) fn site(&self) -> Result<&(Site, String)> {
        self.0.as_ref().map_err(Problem::from)
    }
}
