//! Who gets a delivery on which channel, as one statement that writes the rows.
//!
//! It reads three tables of other slices, because ten thousand rows must not pass through this program on their way
//! from table to table; `docs/decisions/0003-notices-ask-sessions.md`. Its text is made of our own words and numbers;
//! what comes from outside is bound.

use crate::features::households::ReachBy;
use crate::features::notices::delivery::DeliveryState;
use crate::features::notices::model::{Channel, NoticeRow};

/// More residents than a slice can have.
const MOST_RESIDENTS: i64 = 1_000_000;

/// What the statement is for.
#[derive(Debug)]
pub struct Errand<'a> {
    /// The notice.
    pub notice: &'a NoticeRow,
    /// The channels that this town has, in the order of the notice.
    pub order: &'a [Channel],
    /// The local year, for the ages of an audience.
    pub year: i32,
    /// Whether it runs on PostgreSQL.
    pub postgres: bool,
}

impl Errand<'_> {
    /// `INSERT .. SELECT` for `channel` over the households `h` of which `households` holds. Bound before: `$1`, `$2` the
    /// app ids of subscribe and template messages, `$3` nine bytes that ids begin with, `$4` the notice,
    /// `$5` when they are due, `$6` now. SQLite counts parameters as they come in the text, so `households` begins with
    /// `$7`. `in_turn`: only where no channel that comes before reaches the household.
    pub fn insert(&self, channel: Channel, households: &str, in_turn: bool) -> String {
        // Ids in the order of time keep the rows together on disk: nine bytes of a new UUID and seven random ones. Two alike
        // are refused by the key, and the slice is tried again.
        let id = if self.postgres {
            "CAST(encode($3 || substring(uuid_send(gen_random_uuid()) FROM 10), 'hex') AS uuid)"
        } else {
            "CAST($3 || randomblob(7) AS BLOB)"
        };
        let turn = if in_turn { format!(" AND {}", self.turn(channel)) } else { String::new() };
        let people = self.people(channel, &format!("{households}{}{turn}", self.manners()));
        format!(
            "WITH apps AS (SELECT CAST($1 AS TEXT) AS subscribe, CAST($2 AS TEXT) AS template) \
             INSERT INTO deliveries (id, notice_id, household_id, resident_id, identity_id, area_code, channel, state, \
               attempts, urgent, due_at, updated_at) \
             SELECT {id}, $4, household, resident, identity, area, '{channel}', '{queued}', 0, {urgent}, $5, $6 \
             FROM ({people} LIMIT {MOST_RESIDENTS}) AS named WHERE {known} \
             ON CONFLICT (notice_id, resident_id, channel) DO NOTHING",
            queued = DeliveryState::Queued,
            urgent = if self.notice.is_urgent() { "TRUE" } else { "FALSE" },
            known = if channel == Channel::Sms { "resident IS NOT NULL" } else { "identity IS NOT NULL" },
        )
    }

    /// Everybody of the households who has an address on `channel`; of a household one phone, the head's first. The
    /// address is asked for inside of a sub-select with a LIMIT, which neither database merges with the outer
    /// statement: merged, SQLite would ask twice for each resident.
    fn people(&self, channel: Channel, households: &str) -> String {
        let meant = self.meant("r");
        match channel {
            Channel::WxSubscribe | Channel::WxTemplate => format!(
                "SELECT h.id AS household, h.area_code AS area, r.id AS resident, ( \
                   SELECT w.id FROM wx_identities w WHERE {name} ORDER BY w.last_visit_at DESC, w.id DESC LIMIT 1) AS identity \
                 FROM households h JOIN residents r ON r.household_id = h.id \
                 WHERE {households} AND h.status = 'living'{meant}",
                name = name_of("r", channel),
            ),
            Channel::Sms => format!(
                "SELECT h.id AS household, h.area_code AS area, ( \
                   SELECT r.id FROM residents r WHERE r.household_id = h.id AND {phone}{meant} \
                   ORDER BY CASE r.relation WHEN 'head' THEN 0 ELSE 1 END, r.created_at, r.id LIMIT 1) AS resident, \
                   {none} AS identity \
                 FROM households h WHERE {households} AND h.status = 'living'",
                phone = has_phone("r"),
                none = if self.postgres { "CAST(NULL AS UUID)" } else { "NULL" },
            ),
        }
    }

    /// Whom the notice is for, as a further condition on the resident `r`.
    fn meant(&self, r: &str) -> String {
        let rule = self.notice.audience.as_ref().map(|rule| rule.0.sql(r, self.year));
        rule.map(|rule| format!(" AND {rule}")).unwrap_or_default()
    }

    /// Households that asked for quiet, or for a visit, are sent nothing that is not urgent.
    fn manners(&self) -> String {
        if self.notice.is_urgent() {
            return String::new();
        }
        format!(" AND NOT h.no_disturb AND COALESCE(h.prefers, '') <> '{}'", ReachBy::Visit)
    }

    /// Whether `channel` is the first that reaches the household: the one it prefers, otherwise by the notice's order.
    fn turn(&self, channel: Channel) -> String {
        let before = self.order.iter().take_while(|one| **one != channel);
        let preferred = self.order.iter().filter(|one| **one != channel);
        let mut none = Vec::new();
        none.extend(before.map(|one| format!("NOT {}", self.reaches(*one))));
        none.extend(
            preferred
                .map(|one| format!("NOT (COALESCE(h.prefers, '') = '{one}' AND {})", self.reaches(*one))),
        );
        if none.is_empty() {
            return "TRUE".to_owned();
        }
        format!("(COALESCE(h.prefers, '') = '{channel}' OR ({}))", none.join(" AND "))
    }

    /// Whether somebody whom the notice is for has an address on `channel` in the household `h`.
    fn reaches(&self, channel: Channel) -> String {
        let meant = self.meant("a");
        let address = match channel {
            Channel::WxSubscribe | Channel::WxTemplate => {
                format!("EXISTS (SELECT 1 FROM wx_identities w WHERE {})", name_of("a", channel))
            }
            Channel::Sms => has_phone("a"),
        };
        format!("EXISTS (SELECT 1 FROM residents a WHERE a.household_id = h.id{meant} AND {address})")
    }
}

/// Whether the resident has a number. Said so that no index of numbers answers it: PostgreSQL would look through all numbers
/// of the town for each household, as long as it believes from an earlier look that hardly anybody has one. From a bare
/// `length(..) > 0` it concludes that there is a number, and takes the index all the same.
fn has_phone(resident: &str) -> String {
    format!("COALESCE(length({resident}.phone_index), 0) > 0")
}

/// The WeChat names `w` of the resident `r` that stand. Of several the last used counts, and none that was linked before
/// the phone was corrected.
fn name_of(r: &str, channel: Channel) -> String {
    let app = if channel == Channel::WxTemplate { "template" } else { "subscribe" };
    format!(
        "w.subject_id = {r}.id AND w.subject_kind = 'resident' AND w.appid = (SELECT {app} FROM apps) \
         AND ({r}.sessions_since IS NULL OR w.linked_at >= {r}.sessions_since)"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_may_prefer_every_channel_there_is() {
        for channel in Channel::ALL {
            assert_eq!(channel.as_str().parse::<ReachBy>().map(ReachBy::as_str), Ok(channel.as_str()));
        }
    }
}
