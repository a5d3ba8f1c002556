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
use crate::platform::outbox::{self, Outcome};

/// People who are told in one transaction.
const AT_ONCE: i64 = 200;
/// Transactions of one run; a longer row of people goes on in a new job.
const RUNS: usize = 50;

/// Runs [`TellFollowers`]. Twice is harmless: a message has a key, and the same key tells nobody twice. A case that has
/// begun again meanwhile is not told of.
pub async fn tell_followers(db: &Db, job: TellFollowers) -> Outcome {
    let mut job = job;
    for left in (0..RUNS).rev() {
        match db.write(move |tx| tell_some(tx, job, left == 0)).await {
            Ok(Some(next)) => job = next,
            Ok(None) => return Outcome::Done,
            Err(problem) => return Outcome::Retry(problem.to_string()),
        }
    }
    Outcome::Done
}

/// Tells some; answers what is left, which the last of a run leaves to a new job.
fn tell_some(tx: &mut Tx, job: TellFollowers, hand_over: bool) -> Result<Option<TellFollowers>> {
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
    let Some((_, last)) = people.last().filter(|_| people.len() as i64 == AT_ONCE) else { return Ok(None) };
    let next = TellFollowers { after: Some(*last), ..job };
    if hand_over {
        outbox::add(tx, &next)?;
    }
    Ok(Some(next))
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
