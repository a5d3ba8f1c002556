//! Who quarrels with whom, and whether they want to be helped.

use diesel::prelude::*;

use super::MEDIATION_LAW;
use crate::base::area_code::AreaCode;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::features::cases::{Case, CaseFile};
use crate::platform::db::schema::dispute_parties;

crate::id_kind! {
    /// A party of one dispute.
    Party = "party";
}

crate::text_enum! {
    /// Where a party stands.
    pub enum PartySide {
        Applicant = "applicant" "申请人",
        Respondent = "respondent" "被申请人",
        Third = "third" "第三人",
    }
}

/// A party as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = dispute_parties, treat_none_as_default_value = false)]
pub struct PartyRow {
    /// The party.
    pub id: Id<Party>,
    /// The dispute's case.
    pub case_id: Id<Case>,
    /// As in the file.
    pub area_code: AreaCode,
    /// Orders the parties of one dispute.
    pub place: i32,
    /// Where it stands.
    pub side: PartySide,
    /// The name, sealed.
    pub name_sealed: Vec<u8>,
    /// The phone, sealed.
    pub phone_sealed: Option<Vec<u8>>,
    /// The phone's keyed index.
    pub phone_index: Option<Vec<u8>>,
    /// Whether it wants mediation; none until asked.
    pub consents: Option<bool>,
}

/// A party that is to be written down.
#[derive(Debug, Clone)]
pub struct NewParty {
    /// The party.
    pub id: Id<Party>,
    /// Where it stands.
    pub side: PartySide,
    /// The name, sealed.
    pub name_sealed: Vec<u8>,
    /// The phone, sealed.
    pub phone_sealed: Option<Vec<u8>>,
    /// The phone's keyed index.
    pub phone_index: Option<Vec<u8>>,
    /// Whether it wants mediation, when it was asked already.
    pub consents: Option<bool>,
}

impl NewParty {
    /// The row at `place` among the parties of `file`.
    pub fn into_row(self, file: &CaseFile, place: usize) -> PartyRow {
        PartyRow {
            id: self.id,
            case_id: file.id,
            area_code: file.area_code.clone(),
            place: i32::try_from(place).unwrap_or(i32::MAX),
            side: self.side,
            name_sealed: self.name_sealed,
            phone_sealed: self.phone_sealed,
            phone_index: self.phone_index,
            consents: self.consents,
        }
    }
}

/// What a party said when asked.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    /// Who.
    pub party: Id<Party>,
    /// Whether it wants mediation.
    pub consents: bool,
}

/// What stands in the way of acceptance until a party is asked anew: a missing side, or a recorded refusal.
/// A third person is asked too, but cannot stop what the two sides want.
pub fn obstacle(parties: &[PartyRow]) -> Option<&'static str> {
    let has = |side| parties.iter().any(|party| party.side == side);
    let refused = on_both_sides(parties).any(|party| party.consents == Some(false));
    match (has(PartySide::Applicant) && has(PartySide::Respondent), refused) {
        (false, _) => Some("须先登记申请人和被申请人"),
        (true, true) => Some("有当事人明确拒绝调解,不得调解"),
        (true, false) => None,
    }
}

/// What stands in the way of mediation: as [`obstacle`], and that somebody was not asked.
pub(super) fn unready(parties: &[PartyRow]) -> Option<&'static str> {
    let unasked = on_both_sides(parties).any(|party| party.consents.is_none());
    obstacle(parties).or(unasked.then_some("尚未征询全部当事人的调解意愿"))
}

/// Refuses unless both sides are there, were asked, and did not say no: 409 `guard_refused` on 人民调解法 17.
pub fn guard_consent(parties: &[PartyRow]) -> Result<()> {
    refuse_because(unready(parties))
}

/// Refuses unless somebody on the two sides is on record as not wanting mediation: 409 `guard_refused` on
/// 人民调解法 17, which asks for a clear refusal.
pub fn guard_refusal(parties: &[PartyRow]) -> Result<()> {
    let refused = on_both_sides(parties).any(|party| party.consents == Some(false));
    refuse_because((!refused).then_some("尚未登记当事人的明确拒绝"))
}

/// The applicants and respondents.
pub fn on_both_sides(parties: &[PartyRow]) -> impl Iterator<Item = &PartyRow> {
    parties.iter().filter(|party| party.side != PartySide::Third)
}

fn refuse_because(why: Option<&'static str>) -> Result<()> {
    why.map_or(Ok(()), |why| {
        Err(Problem::because(Code::GuardRefused, why).on_basis(MEDIATION_LAW, "第十七条"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::disputes::model::samples::party;

    fn basis(refusal: &Problem) -> Option<(&str, &str)> {
        refusal.body("").basis.map(|basis| (basis.law, basis.article))
    }

    #[test]
    fn a_party_that_refuses_stops_mediation_by_article_17() {
        let parties = [party(PartySide::Applicant, Some(true)), party(PartySide::Respondent, Some(false))];
        let refusal = guard_consent(&parties).unwrap_err();
        assert_eq!(refusal.code(), Code::GuardRefused);
        assert_eq!(basis(&refusal), Some(("人民调解法", "第十七条")));
        assert!(refusal.to_string().contains("明确拒绝"), "{refusal}");
    }

    #[test]
    fn a_party_that_was_not_asked_stops_acceptance_and_a_third_person_does_not() {
        let both = |third| {
            vec![
                party(PartySide::Applicant, Some(true)),
                party(PartySide::Respondent, Some(true)),
                party(PartySide::Third, third),
            ]
        };
        assert!(guard_consent(&both(None)).is_ok() && guard_consent(&both(Some(false))).is_ok());
        let refusal =
            guard_consent(&[party(PartySide::Applicant, Some(true)), party(PartySide::Respondent, None)]);
        assert!(refusal.unwrap_err().to_string().contains("尚未征询"));
    }

    #[test]
    fn a_refusal_is_one_of_the_two_sides_and_on_record() {
        let parties =
            |respondent, third| [party(PartySide::Respondent, respondent), party(PartySide::Third, third)];
        for (respondent, third, refused) in
            [(None, None, false), (Some(true), Some(false), false), (Some(false), None, true)]
        {
            assert_eq!(guard_refusal(&parties(respondent, third)).is_ok(), refused);
        }
        let unclear = guard_refusal(&parties(None, None)).unwrap_err();
        assert_eq!(basis(&unclear), Some(("人民调解法", "第十七条")));
    }

    #[test]
    fn one_side_alone_is_no_dispute() {
        let refusal =
            guard_consent(&[party(PartySide::Applicant, Some(true)), party(PartySide::Third, None)]);
        assert_eq!(refusal.unwrap_err().code(), Code::GuardRefused);
    }
}
