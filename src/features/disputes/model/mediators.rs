//! Who mediates, and whom a party did not accept.

use serde_json::json;

use super::{DisputeRow, MEDIATION_LAW, Party, PartyRow};
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::platform::access::Staff;
use crate::platform::db::Doc;

/// The most mediators of one dispute at a time.
pub const MOST_MEDIATORS: usize = 5;

/// Who mediates a dispute: one or several (人民调解法 19).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mediators {
    /// On whose desk the case is; none before mediation begins.
    pub lead: Option<Id<Staff>>,
    /// Who mediates beside.
    pub others: Vec<Id<Staff>>,
    /// Whom a party did not accept (23).
    pub turned_down: Vec<Id<Staff>>,
}

impl Mediators {
    /// As the row has them.
    pub fn of(row: &DisputeRow) -> Result<Self> {
        Ok(Self {
            lead: row.mediator_id.map(Id::same_as),
            others: read(row.co_mediators.as_ref())?,
            turned_down: read(row.turned_down.as_ref())?,
        })
    }

    /// Whether `staff` mediates.
    pub fn include(&self, staff: Id<Staff>) -> bool {
        self.all().any(|one| one == staff)
    }

    /// Everybody who mediates, the lead first.
    pub fn all(&self) -> impl Iterator<Item = Id<Staff>> {
        self.lead.into_iter().chain(self.others.iter().copied())
    }

    /// Writes them into the row.
    pub fn write(&self, row: &mut DisputeRow) {
        row.mediator_id = self.lead.map(Id::same_as);
        row.co_mediators = written(&self.others);
        row.turned_down = written(&self.turned_down);
    }
}

/// None for nobody.
fn written(staff: &[Id<Staff>]) -> Option<Doc> {
    (!staff.is_empty()).then(|| Doc(json!(staff)))
}

fn read(stored: Option<&Doc>) -> Result<Vec<Id<Staff>>> {
    stored.map_or(Ok(vec![]), |Doc(ids)| serde_json::from_value(ids.clone()).map_err(Problem::internal))
}

/// That others mediate from now on.
#[derive(Debug, Clone)]
pub struct Replacement {
    /// Who, the lead first; at least one.
    pub mediators: Vec<Id<Staff>>,
    /// Which party asked for it, as it may (23); none when the committee itself wants it.
    pub asked_by: Option<Id<Party>>,
    /// Why.
    pub reason: String,
}

impl Replacement {
    /// The mediators afterwards. 422 when that changes nothing, when it brings back somebody whom a party turned down
    /// (on 人民调解法 23), or when no party of this dispute asked.
    pub fn after(&self, before: &Mediators, parties: &[PartyRow]) -> Result<Mediators> {
        let mut mediators = self.mediators.iter().copied();
        let (lead, others) = (mediators.next(), mediators.collect::<Vec<_>>());
        let mut after = Mediators { lead, others, turned_down: before.turned_down.clone() };
        if after == *before || lead.is_none() {
            return Err(Problem::field("mediators", "请填写与现在不同的调解员"));
        }
        if let Some(asks) = self.asked_by {
            if parties.iter().all(|party| party.id != asks) {
                return Err(Problem::field("asked_by", "不是本件的当事人"));
            }
            after.turned_down.extend(before.all().filter(|one| !self.mediators.contains(one)));
            if after.turned_down == before.turned_down {
                return Err(Problem::field("mediators", "当事人要求更换的,须有调解员退出"));
            }
        }
        if after.all().any(|one| after.turned_down.contains(&one)) {
            let refusal = Problem::field("mediators", "含有当事人要求更换的调解员");
            return Err(refusal.on_basis(MEDIATION_LAW, "第二十三条"));
        }
        Ok(after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::disputes::model::PartySide;
    use crate::features::disputes::model::samples::party;

    fn replacement(mediators: &[Id<Staff>], asked_by: Option<Id<Party>>) -> Replacement {
        Replacement { mediators: mediators.to_vec(), asked_by, reason: "示例".into() }
    }

    fn refused(change: &Replacement, before: &Mediators, parties: &[PartyRow]) -> String {
        change.after(before, parties).unwrap_err().errors()[0].field.clone()
    }

    #[test]
    fn whom_a_party_turned_down_does_not_come_back() {
        let (one, two, three) = (Id::new(), Id::new(), Id::new());
        let parties = [party(PartySide::Respondent, Some(true))];
        let before = Mediators { lead: Some(one), others: vec![two], turned_down: vec![] };
        let asked = replacement(&[three, two], Some(parties[0].id));
        let after = asked.after(&before, &parties).unwrap();
        assert_eq!(after, Mediators { lead: Some(three), others: vec![two], turned_down: vec![one] });
        let back = replacement(&[one], None).after(&after, &parties).unwrap_err();
        assert_eq!(back.body("").basis.unwrap().article, "第二十三条");
        assert!(replacement(&[two], None).after(&after, &parties).is_ok());
    }

    #[test]
    fn a_change_changes_something_and_a_party_that_asks_is_one_of_this_dispute() {
        let (one, two) = (Id::new(), Id::new());
        let parties = [party(PartySide::Applicant, Some(true))];
        let before = Mediators { lead: Some(one), others: vec![], turned_down: vec![] };
        assert_eq!(refused(&replacement(&[one], None), &before, &parties), "mediators");
        assert_eq!(refused(&replacement(&[], None), &before, &parties), "mediators");
        assert_eq!(refused(&replacement(&[two], Some(Id::new())), &before, &parties), "asked_by");
        let adds_only = replacement(&[one, two], Some(parties[0].id));
        assert_eq!(refused(&adds_only, &before, &parties), "mediators");
    }
}
