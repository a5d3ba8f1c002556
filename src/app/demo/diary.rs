//! What happens when: everything of the year in the order of time.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use futures_util::future::try_join_all;
use serde_json::Value;
use uuid::Uuid;

use super::Stage;
use super::dice::Dice;
use super::door::{Ask, Door};
use crate::app::Refusal;
use crate::app::demo::door::By;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::features::attachments::Photo;

/// Makes a body when its time has come, from the day and from the answer to the step before.
pub type Body = Box<dyn Fn(NaiveDate, &Value) -> Value>;

/// One request.
pub struct Event {
    /// What it belongs to; the steps of one matter name each other's versions.
    pub matter: Uuid,
    /// Who asks.
    pub by: By,
    /// Where.
    pub path: String,
    /// Whether it is a step on a version, rather than the first or one without.
    pub versioned: bool,
    /// With what.
    pub body: Body,
}

/// Everything that is going to happen. What happens at the same moment happens side by side.
#[derive(Default)]
pub struct Diary {
    days: BTreeMap<i64, Vec<Event>>,
    photos: BTreeMap<i64, (By, Id<Photo>)>,
}

impl Diary {
    /// Writes down what happens at `at`.
    pub fn at(&mut self, at: Timestamp, event: Event) {
        self.days.entry(at.millis()).or_default().push(event);
    }

    /// Writes down that somebody takes a photo at `at`, when nobody else takes one.
    pub fn photo(&mut self, at: Timestamp, by: By, photo: Id<Photo>) {
        self.photos.insert(at.millis(), (by, photo));
    }

    /// Lives through it up to now; what lies after stays undone. Answers how many steps that were.
    pub async fn live(mut self, stage: &Stage, door: &Door) -> Result<u64, Refusal> {
        let past: Vec<_> = self.days.into_iter().take_while(|(at, _)| *at < stage.now.millis()).collect();
        let count = past.iter().map(|(_, events)| events.len()).sum::<usize>();
        stage.bar.set_length(u64::try_from(count).unwrap_or(0));
        let mut last = HashMap::<Uuid, Value>::new();
        for (at, events) in past {
            // A photo is there before the step that names it.
            while let Some(taken) = self.photos.first_entry().filter(|photo| *photo.key() < at) {
                let (moment, (by, photo)) = taken.remove_entry();
                stage.clock.set(Timestamp::from_millis(moment));
                door.upload(by, photo).await?;
            }
            let at = Timestamp::from_millis(at);
            stage.clock.set(at);
            for together in events.chunks(32) {
                let asks = together.iter().map(|event| {
                    let before = last.get(&event.matter);
                    // What another matter opened, as an inspection does a hazard, is in its first version.
                    let seen = before.map_or(Some(1), |before| before["version"].as_i64());
                    let (seen, before) = (seen.filter(|_| event.versioned), before.unwrap_or(&Value::Null));
                    let body = (event.body)(at.local_date(), before);
                    let ask = Ask { path: event.path.clone(), seen, key: None, body };
                    door.post(event.by, ask)
                });
                let answers = try_join_all(asks).await?;
                last.extend(together.iter().map(|event| event.matter).zip(answers));
                stage.bar.inc(u64::try_from(together.len()).unwrap_or(0));
            }
        }
        Ok(u64::try_from(count).unwrap_or(0))
    }
}

/// A moment in working hours, `days` after `from`, at which nothing else happens.
pub fn moment(from: Timestamp, days: i64, dice: &mut Dice) -> Timestamp {
    const DAY: i64 = 86_400_000;
    const EIGHT_IN_CHINA: i64 = 0; // 8:00 in China is midnight UTC
    let day = from.millis().div_euclid(DAY) + days;
    Timestamp::from_millis(day * DAY + EIGHT_IN_CHINA + dice.between(0, 36_000_000))
}

/// An id as a phone would have made it at `at`.
pub fn id_at(at: Timestamp, dice: &mut Dice) -> Uuid {
    let millis = u128::try_from(at.millis()).unwrap_or(0) & 0xffff_ffff_ffff;
    let low = u128::from(dice.roll()) >> 2;
    let middle = u128::from(dice.roll() & 0xfff);
    Uuid::from_u128((millis << 80) | (7 << 76) | (middle << 64) | (0b10 << 62) | low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_done_in_working_hours_and_ids_are_those_of_their_day() {
        let mut dice = Dice::new(7);
        for days in 0..50 {
            let at = moment(Timestamp::from_millis(1_772_413_200_000), days, &mut dice);
            let hour = at.local().format("%H").to_string();
            assert!(("08".."18").contains(&hour.as_str()) || hour == "18", "{hour}");
            let id = id_at(at, &mut dice);
            assert_eq!(id.get_version_num(), 7);
            assert_eq!(id.as_u128() >> 80, u128::try_from(at.millis()).unwrap());
        }
    }
}
