//! Who is to be told when a case is closed besides its reporter: distinct people, each once.
//!
//! Those whose report was merged into it are told by `events`, in the transaction of its end; those who have met the same
//! by a job that this transaction adds. Both name the end by [`CaseFile::closing`], so that whoever is both is told once.

use crate::base::problem::Result;
use crate::features::cases::me_too::{self, TellFollowers};
use crate::features::cases::{self, CaseFile, CaseKind};
use crate::features::events::{self, Ending};
use crate::features::messages::{self, About, Addressee, Message, MessageKind};
use crate::platform::access::policy::SeeCases;
use crate::platform::access::system;
use crate::platform::db::{Db, Tx};
use crate::platform::outbox::{self, Outcome, Place};

/// People who are told in one transaction.
const AT_ONCE: i64 = 200;

/// Runs [`TellFollowers`]. Twice is harmless: a message has a key, and the same key tells nobody twice. A case that has
/// begun again meanwhile is not told of.
pub async fn tell_followers(db: &Db, job: TellFollowers, place: Place) -> Outcome {
    outbox::in_parts(db, place, job, tell_some).await
}

/// Tells some; answers what is left.
fn tell_some(tx: &mut Tx, job: &TellFollowers) -> Result<Option<TellFollowers>> {
    let by = system::<SeeCases>("those who have met the same are told wherever they live");
    let file = cases::find(tx, by.scope(), job.case)?;
    if file.closed_at != Some(job.closed_at) {
        return Ok(None);
    }
    let ending = match file.kind {
        CaseKind::Event => events::ending_of(tx, by.scope(), &file)?,
        CaseKind::Hazard | CaseKind::Dispute => {
            Ending { kind: MessageKind::Concluded, words: "已结案", closing: file.closing() }
        }
    };
    let people = me_too::people(tx, by.scope(), job.case, job.after, AT_ONCE)?;
    for (kind, person) in &people {
        messages::tell(tx, &message(&file, &ending, Addressee { kind: *kind, id: person.uuid() }))?;
    }
    let last = people.last().filter(|_| people.len() as i64 == AT_ONCE);
    Ok(last.map(|(_, last)| TellFollowers { after: Some(*last), ..*job }))
}

/// Nothing that was said to the reporter: they are told how it ended, not what passed between others.
fn message(file: &CaseFile, ending: &Ending, to: Addressee) -> Message {
    Message {
        to,
        about: About { kind: file.kind.as_str(), case: file.id.uuid(), area: file.area_code.clone() },
        kind: ending.kind,
        text: format!("您也遇到的“{}”({}){}。", file.title, file.no, ending.words),
        dedupe_key: ending.closing.clone(),
    }
}
