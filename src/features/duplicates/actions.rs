//! Suggesting what may be the same matter. Three short queries and, for staff, one for the photos, however many cases lie
//! around.

use std::collections::BTreeMap;

use super::likeness::{Alike, Asked};
use super::reach::{Reach, reach_of};
use crate::base::clock::Timestamp;
use crate::base::geo::Wgs84;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::attachments::{self, Photo};
use crate::features::cases::{self, CaseFile, CaseKind, PathCase, me_too};
use crate::features::events;
use crate::platform::access::policy::SeeCases;
use crate::platform::access::{ActorKind, Granted};
use crate::platform::db::{Db, DbConnection};

/// The most cases that are suggested.
const MOST: usize = 10;
/// The nearest ones that are looked at, some of which cannot be an original.
const LOOKED_AT: usize = 100;

/// A matter that is not reported yet.
#[derive(Debug, Clone)]
pub struct Sketch {
    /// The procedure.
    pub kind: CaseKind,
    /// Its category.
    pub category: &'static str,
    /// How far others may be off; none where place and time say nothing.
    pub reach: Option<Reach>,
    /// Where.
    pub at: Wgs84,
    /// When it happened.
    pub occurred_at: Timestamp,
}

/// A case that may be the same matter, with what is needed to judge it.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The case.
    pub file: CaseFile,
    /// How far off and how long before or after.
    pub alike: Alike,
    /// Its first photo from before the work; none for residents.
    pub photo: Option<Id<Photo>>,
}

/// What was found, and how far was looked.
#[derive(Debug, Clone)]
pub struct Found {
    /// The most alike first.
    pub candidates: Vec<Candidate>,
    /// How far others may be off; none where nothing was looked for.
    pub reach: Option<Reach>,
    /// Whether whoever asks sees words and photos of others.
    pub whole: bool,
}

/// What may be the same as something that is about to be reported.
pub async fn before(db: &Db, by: Granted<SeeCases>, sketch: Sketch) -> Result<Found> {
    let now = db.clock().now();
    let Sketch { kind, category, reach, at, occurred_at } = sketch;
    let asked = reach.map(|reach| Asked { kind, category, reach, at, occurred_at, case: None });
    db.read_lagging(move |c| find(c, &by, asked.as_ref(), now)).await
}

/// What may be the same as a case; 404 when that is hidden from the caller.
pub async fn after(db: &Db, by: Granted<SeeCases>, named: PathCase) -> Result<Found> {
    let now = db.clock().now();
    db.read_lagging(move |c| {
        let file = named.find(c, by.scope())?;
        let (category, reach) = reach_of(file.kind, &file.category).map_err(Problem::internal)?;
        // Without coordinates there is nothing to measure from.
        let at = file.lat.zip(file.lng).map(|(lat, lng)| Wgs84 { lat, lng });
        let asked = reach.zip(at).map(|(reach, at)| Asked {
            kind: file.kind,
            category,
            reach,
            at,
            occurred_at: file.occurred_at,
            case: Some(file.id),
        });
        find(c, &by, asked.as_ref(), now)
    })
    .await
}

fn find(
    c: &mut DbConnection,
    by: &Granted<SeeCases>,
    asked: Option<&Asked>,
    now: Timestamp,
) -> Result<Found> {
    let whole = by.actor().kind() != ActorKind::Resident;
    let reach = asked.map(|asked| asked.reach);
    let none = Found { candidates: vec![], reach, whole };
    let (Some(asked), Some(scope)) = (asked, me_too::neighbourhood(by.actor(), by.scope())) else {
        return Ok(none);
    };
    let around = cases::near(c, &scope, &asked.near(now))?;
    let mut alike = asked.rank(&around, LOOKED_AT);
    if asked.kind == CaseKind::Event {
        let ids: Vec<_> = alike.iter().map(|other| other.id).collect();
        let originals = events::originals_among(c, &scope, &ids)?;
        alike.retain(|other| originals.contains(&other.id));
    }
    alike.truncate(MOST);
    if alike.is_empty() {
        return Ok(none);
    }
    let ids: Vec<_> = alike.iter().map(|other| other.id).collect();
    let files = cases::those_near(c, &scope, &ids)?;
    let mut files: BTreeMap<_, _> = files.into_iter().map(|file| (file.id, file)).collect();
    let photos = if whole { attachments::first_of(c, &scope, &ids)? } else { BTreeMap::new() };
    let candidates = alike.into_iter().filter_map(|alike| {
        let file = files.remove(&alike.id)?;
        Some(Candidate { file, alike, photo: photos.get(&alike.id).copied() })
    });
    Ok(Found { candidates: candidates.collect(), ..none })
}
