//! Following a case, and rating it.

use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::features::cases::{self, Case, CaseFile, CaseKind, Followed, PathCase, Rating, RatingRow};
use crate::features::timeline::{self, Entry};
use crate::features::{disputes, events, hazards};
use crate::platform::access::policy::{RateCase, SeeCases};
use crate::platform::access::{ActorKind, Granted};
use crate::platform::db::{Db, DbConnection};

/// A case as its reporter follows it.
pub struct Own {
    /// The file.
    pub file: CaseFile,
    /// What its procedure says.
    pub followed: Followed,
    /// What has happened, oldest first.
    pub entries: Vec<Entry>,
    /// How they rated it.
    pub rating: Option<RatingRow>,
    /// Whether they are one who rates.
    pub rates: bool,
    /// The case of theirs as which it goes on, when it was first taken for another kind of matter.
    pub became: Option<Became>,
    /// Now.
    pub now: Timestamp,
}

/// The case as which another goes on.
pub struct Became {
    /// The file.
    pub file: CaseFile,
    /// What its procedure says.
    pub followed: Followed,
}

/// The case, when the caller reported it; 404 otherwise.
pub async fn follow(db: &Db, by: Granted<SeeCases>, case: PathCase) -> Result<Own> {
    let now = db.clock().now();
    db.read(move |c| {
        let file = own(c, &by, case)?;
        whole(c, &by, file, now)
    })
    .await
}

/// Writes down what the reporter thinks of how their case was handled; answers the case as it is then.
///
/// # Errors
/// 404 for a case that the caller did not report, 412 for another version than they saw, and as [`cases::rate`] says.
pub async fn rate(
    db: &Db,
    by: Granted<RateCase>,
    see: Granted<SeeCases>,
    case: PathCase,
    version: i32,
    rating: Rating,
) -> Result<Own> {
    db.write(move |tx| {
        let now = tx.now();
        let file = own(tx, &see, case)?;
        cases::expect(&file, version)?;
        let followed = followed(tx, &see, &file, now)?;
        // Only the reporter rates: a rating under their name would say who reported.
        let by = match file.reporter_kind {
            ActorKind::Anonymous => by.clone().anonymous()?,
            ActorKind::Staff | ActorKind::Resident | ActorKind::Machine | ActorKind::System => by.clone(),
        };
        let (file, _) = cases::rate(tx, &by, &file, (followed.state, &followed.progress), &rating)?;
        whole(tx, &see, file, now)
    })
    .await
}

/// The file, when the caller reported it and it is of the kind that its id says.
fn own(c: &mut DbConnection, by: &Granted<SeeCases>, case: PathCase) -> Result<CaseFile> {
    let file = case.find(c, by.scope())?;
    let theirs = by.scope().is_own(file.reporter_id.uuid());
    Some(file).filter(|_| theirs).ok_or_else(Problem::not_found)
}

fn whole(c: &mut DbConnection, by: &Granted<SeeCases>, file: CaseFile, now: Timestamp) -> Result<Own> {
    let followed = followed(c, by, &file, now)?;
    Ok(Own {
        became: became(c, by, followed.became, now)?,
        followed,
        entries: timeline::of_case(c, by.scope(), file.id.uuid())?,
        rating: cases::rating_of(c, by.scope(), &file)?,
        rates: by.actor().kind() == ActorKind::Resident,
        file,
        now,
    })
}

/// The case as which another goes on, when it is the caller's own as well. One that was merged into somebody else's goes on as
/// that person's, of which nothing is told.
fn became(
    c: &mut DbConnection,
    by: &Granted<SeeCases>,
    case: Option<(CaseKind, Id<Case>)>,
    now: Timestamp,
) -> Result<Option<Became>> {
    let Some((kind, id)) = case else { return Ok(None) };
    let file = match own(c, by, PathCase { kind, id }) {
        Ok(file) => file,
        Err(problem) if problem.code() == Code::NotFound => return Ok(None),
        Err(problem) => return Err(problem),
    };
    Ok(Some(Became { followed: followed(c, by, &file, now)?, file }))
}

fn followed(
    c: &mut DbConnection,
    by: &Granted<SeeCases>,
    file: &CaseFile,
    now: Timestamp,
) -> Result<Followed> {
    match file.kind {
        CaseKind::Hazard => hazards::followed(c, by, file, now),
        CaseKind::Dispute => disputes::followed(c, by, file),
        CaseKind::Event => events::followed(c, by, file, now),
    }
}
