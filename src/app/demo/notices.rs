//! Eight warnings of fraud: six in the feeds, one cancelled, one still a draft; and who of the residents read them.

use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Stage;
use super::cast::Cast;
use super::diary::{Body, Diary, Event, id_at, moment};
use super::dice::Dice;
use super::door::By;
use super::ledger;
use super::places::TOWN;
use super::words::NOTICES;
use crate::app::Refusal;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::sensitive::Phone;
use crate::features::households;
use crate::features::notices::Notice;
use crate::platform::access::Role;

/// On which days they are drafted.
const DAYS: [i64; 8] = [20, 75, 130, 190, 250, 310, 345, 362];
const CANCELLED: usize = 3;
const DRAFT: usize = 7;
/// Residents who come to read, of those with a smartphone.
const READERS: usize = 900;

/// Heads of households who have a smartphone, found by their phones as sign-in finds them.
pub async fn readers(stage: &Stage) -> Result<Vec<Uuid>, Refusal> {
    let vault = Arc::clone(&stage.house.app.vault);
    let found = stage.house.app.db.read(move |c| {
        let mut found = Vec::new();
        for home in ledger::all().filter(|home| ledger::has_smartphone(*home)).take(READERS) {
            let Ok(phone) = Phone::parse(&ledger::phone(home)) else { continue };
            found.extend(households::find_by_phone(c, &vault.index_value(&phone))?);
        }
        Ok(found.into_iter().map(|found| found.resident.uuid()).collect())
    });
    found.await.map_err(|problem| Refusal::new("居民", format!("{problem:?}")))
}

/// Writes the year's notices into the diary; answers how many.
pub fn plan(stage: &Stage, cast: &Cast, readers: Vec<Uuid>, dice: &mut Dice, diary: &mut Diary) -> usize {
    for (n, day) in DAYS.into_iter().enumerate() {
        let at = moment(stage.began(), day, dice);
        let id = id_at(at, dice);
        let published = office(cast, n, id, at, diary, dice);
        if let Some(at) = published {
            // The newest is read by fewer: its readers are still coming.
            let share = if n == 6 { 30 } else { 45 + 5 * n };
            let ones: Vec<_> = readers.iter().filter(|_| dice.luck(share)).copied().collect();
            residents(&ones, id, at, diary, dice);
        }
    }
    DAYS.len()
}

/// What the office does; when it was published.
fn office(
    cast: &Cast,
    n: usize,
    id: Uuid,
    at: Timestamp,
    diary: &mut Diary,
    dice: &mut Dice,
) -> Option<Timestamp> {
    let officer = *dice.pick(&cast.with(Role::PublicityOfficer, TOWN));
    let approver = *dice.pick(&cast.with(Role::Approver, TOWN));
    let (fraud, level, title, body, instruction) = NOTICES[n % NOTICES.len()];
    let draft = json!({
        "id": Id::<Notice>::from_uuid(id), "kind": "warning", "level": level, "fraud_type": fraud, "title": title,
        "body": format!("示例:{body}。"), "instruction": instruction, "areas": [TOWN], "channels": ["wx_subscribe"],
    });
    diary.at(at, step(id, officer, None, draft));
    if n == DRAFT {
        return None;
    }
    let later = |minutes| at.plus(TimeDelta::minutes(minutes));
    diary.at(later(5), step(id, officer, Some("submission"), json!({})));
    diary.at(later(65), step(id, approver, Some("approval"), json!({})));
    let published = later(80);
    diary.at(published, step(id, officer, Some("publication"), json!({})));
    if n == CANCELLED {
        let reason = json!({ "reason": "示例:内容有误,更正后重新发布" });
        diary.at(later(200), step(id, officer, Some("cancellation"), reason));
        return None;
    }
    Some(published)
}

fn step(id: Uuid, by: By, noun: Option<&str>, body: Value) -> Event {
    let path = match noun {
        Some(noun) => format!("/api/v1/notices/{}/{noun}", Id::<Notice>::from_uuid(id)),
        None => "/api/v1/notices".to_owned(),
    };
    Event { matter: id, by, path, versioned: noun.is_some(), body: fixed(body) }
}

/// They read in the evenings after, and two in three acknowledge.
fn residents(ones: &[Uuid], notice: Uuid, at: Timestamp, diary: &mut Diary, dice: &mut Dice) {
    let notice = Id::<Notice>::from_uuid(notice);
    for one in ones {
        let evening = at.plus(TimeDelta::minutes(60 * dice.between(2, 26)));
        let mark = |noun: &str| Event {
            matter: *one,
            by: By::Resident(*one),
            path: format!("/api/v1/me/feed/{notice}/{noun}"),
            versioned: false,
            body: fixed(json!({})),
        };
        diary.at(evening, mark("read"));
        if dice.luck(66) {
            diary.at(evening.plus(TimeDelta::minutes(1)), mark("acknowledgement"));
        }
    }
}

fn fixed(body: Value) -> Body {
    Box::new(move |_, _| body.clone())
}
