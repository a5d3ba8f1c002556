//! What an agreement must say and a draft does not say yet.

use super::draft::Draft;
use crate::base::problem::FieldError;
use crate::features::disputes::model::{AgreementForm, PartyRow, PartySide, on_both_sides};

/// What is missing by 人民调解法 29 (by 28 of an oral agreement, whose content alone is recorded), each under the field
/// of the draft where it belongs.
pub fn missing(draft: &Draft, parties: &[PartyRow]) -> Vec<FieldError> {
    let mut missing = Vec::new();
    let mut lacks = |field: String, message: &str| {
        missing.push(FieldError { field, message: message.to_owned() });
    };
    if draft.form == AgreementForm::WrittenAgreement {
        for side in [PartySide::Applicant, PartySide::Respondent] {
            if parties.iter().all(|party| party.side != side) {
                lacks("situations".into(), &format!("尚未登记{}", side.label()));
            }
        }
        for party in on_both_sides(parties).filter(|party| draft.situation(party.id).is_none()) {
            lacks(format!("situations[{}]", party.id), "缺少当事人的基本情况");
        }
        for (field, words, message) in [
            ("facts", &draft.facts, "缺少纠纷的主要事实"),
            ("disputed", &draft.disputed, "缺少争议事项"),
            ("responsibilities", &draft.responsibilities, "缺少各方当事人的责任"),
        ] {
            if words.is_none() {
                lacks(field.into(), message);
            }
        }
    }
    if draft.items.is_empty() {
        lacks("items".into(), "缺少协议内容");
    }
    for (n, item) in draft.items.iter().enumerate() {
        if item.manner.is_none() {
            lacks(format!("items[{n}].manner"), "缺少履行方式");
        }
        if item.due_on.is_none() && !item.at_once {
            lacks(format!("items[{n}].due_on"), "缺少履行期限");
        }
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::disputes::model::samples::two_parties;
    use crate::features::disputes::paper::{Item, Situation};

    fn draft(form: AgreementForm) -> Draft {
        Draft {
            form,
            no: None,
            situations: vec![],
            facts: None,
            disputed: None,
            responsibilities: None,
            items: vec![],
        }
    }

    fn fields(draft: &Draft, parties: &[PartyRow]) -> Vec<String> {
        missing(draft, parties).into_iter().map(|missing| missing.field).collect()
    }

    #[test]
    fn every_missing_part_of_article_29_is_named() {
        let parties = two_parties();
        let mut draft = draft(AgreementForm::WrittenAgreement);
        let situations = parties.each_ref().map(|party| format!("situations[{}]", party.id));
        let all = [situations[0].as_str(), &situations[1], "facts", "disputed", "responsibilities", "items"];
        assert_eq!(fields(&draft, &parties), all);

        draft.situations =
            parties.iter().map(|p| Situation { party: p.id, words: "示例村民".into() }).collect();
        (draft.facts, draft.disputed, draft.responsibilities) =
            (Some("示例".into()), Some("示例".into()), Some("示例".into()));
        let item = Item { content: "示例".into(), manner: None, due_on: None, at_once: false };
        draft.items = vec![item.clone(), Item { manner: Some("现金".into()), at_once: true, ..item }];
        assert_eq!(fields(&draft, &parties), ["items[0].manner", "items[0].due_on"]);
    }

    #[test]
    fn of_an_oral_agreement_only_the_content_is_asked_for() {
        assert_eq!(fields(&draft(AgreementForm::OralAgreement), &two_parties()), ["items"]);
    }

    #[test]
    fn a_side_without_anybody_is_missing_too() {
        let [applicant, _] = two_parties();
        let missing = missing(&draft(AgreementForm::WrittenAgreement), &[applicant]);
        assert_eq!(missing[0].message, "尚未登记被申请人");
    }
}
