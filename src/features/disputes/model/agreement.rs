//! What the parties agreed on, and when it binds them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{CONFIRMATION_RULES, DisputeOutcome, DisputeType, MEDIATION_LAW, Party, PartyRow, on_both_sides};
use crate::base::check::Check;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};

crate::text_enum! {
    /// How an agreement was made.
    pub enum AgreementForm {
        WrittenAgreement = "written_agreement" "书面协议",
        OralAgreement = "oral_agreement" "口头协议",
        Immediate = "immediate" "即时履行",
    }
}

impl AgreementForm {
    /// The outcome that it stands for.
    pub const fn outcome(self) -> DisputeOutcome {
        match self {
            Self::WrittenAgreement => DisputeOutcome::WrittenAgreement,
            Self::OralAgreement => DisputeOutcome::OralAgreement,
            Self::Immediate => DisputeOutcome::Immediate,
        }
    }
}

crate::text_enum! {
    /// Whether an agreement says who is whose husband, wife, child or parent. Parties may say so, but a court
    /// confirms no such agreement (规定 4).
    pub enum PersonalStatus {
        None = "none" "不涉及",
        Identity = "identity" "确认身份关系",
        Adoption = "adoption" "确认收养关系",
        Marriage = "marriage" "确认婚姻关系",
    }
}

impl PersonalStatus {
    /// Whether a court takes an application to confirm the agreement.
    pub const fn is_confirmable(self) -> bool {
        match self {
            Self::None => true,
            Self::Identity | Self::Adoption | Self::Marriage => false,
        }
    }
}

/// Who put their names and seals under a written agreement.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// The parties that signed, sealed or left a fingerprint.
    pub parties: Vec<Id<Party>>,
    /// Whether the mediator signed.
    pub mediator: bool,
    /// Whether the committee's seal is on it.
    pub seal: bool,
}

/// An agreement: what 人民调解法 29 asks of a written one, or the record of an oral one (28). Texts may name
/// people, so it is stored sealed and prints nothing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// How it was made.
    pub form: AgreementForm,
    /// Who the parties are (29, 1).
    pub parties: Option<String>,
    /// The main facts, what was disputed and who answers for what (29, 2).
    pub facts: Option<String>,
    /// What was agreed, how and by when it is performed (29, 3); of an oral agreement the record.
    pub items: Vec<String>,
    /// Who signed.
    pub signed: Signed,
}

impl std::fmt::Debug for Agreement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Agreement({}, •••)", self.form)
    }
}

impl Agreement {
    /// 422 with one entry per thing that is missing, on the article that asks for it.
    ///
    /// A written agreement needs the three groups of content and the signatures of everyone on the two sides,
    /// the mediator's signature and the committee's seal, because only with them it takes effect (29); an oral
    /// one needs its record (28).
    pub fn check(&self, parties: &[PartyRow]) -> Result<()> {
        let mut check = Check::new();
        if self.items.is_empty() {
            check.refuse("items", "须载明协议内容、履行方式和期限");
        }
        if self.form != AgreementForm::WrittenAgreement {
            return check.finish(()).map_err(|problem| problem.on_basis(MEDIATION_LAW, "第二十八条"));
        }
        if self.parties.is_none() {
            check.refuse("parties", "书面协议须载明当事人的基本情况");
        }
        if self.facts.is_none() {
            check.refuse("facts", "书面协议须载明主要事实、争议事项和各方责任");
        }
        if on_both_sides(parties).any(|party| !self.signed.parties.contains(&party.id)) {
            check.refuse("signed.parties", "书面协议须由各方当事人签名、盖章或者按指印");
        }
        if self.signed.parties.iter().any(|id| parties.iter().all(|party| party.id != *id)) {
            check.refuse("signed.parties", "含有不是本件当事人的编号");
        }
        if !self.signed.mediator {
            check.refuse("signed.mediator", "书面协议须由人民调解员签名");
        }
        if !self.signed.seal {
            check.refuse("signed.seal", "书面协议须加盖人民调解委员会印章");
        }
        check.finish(()).map_err(|problem: Problem| problem.on_basis(MEDIATION_LAW, "第二十九条"))
    }
}

/// An agreement with its dates, as a mediator brings it.
#[derive(Debug, Clone)]
pub struct Settlement {
    /// What was agreed.
    pub agreement: Agreement,
    /// The number of the agreement.
    pub no: Option<String>,
    /// Whether it settles personal status; in a quarrel of a family this must be said.
    pub personal_status: Option<PersonalStatus>,
    /// The day on which it took effect.
    pub effective_on: NaiveDate,
    /// The day by which it is to be performed; what is performed at once needs none.
    pub performance_due_on: Option<NaiveDate>,
}

impl Settlement {
    /// The day by which it is to be performed, or 422: the agreement as [`Agreement::check`] says, and dates that
    /// do not follow each other.
    pub fn check(&self, parties: &[PartyRow], happened_on: NaiveDate, today: NaiveDate) -> Result<NaiveDate> {
        self.agreement.check(parties)?;
        let mut check = Check::new();
        if self.effective_on < happened_on || self.effective_on > today {
            check.refuse("effective_on", format!("应在纠纷发生之日 {happened_on} 到今天 {today} 之间"));
        }
        let due = match (self.performance_due_on, self.agreement.form) {
            (None, AgreementForm::Immediate) => self.effective_on,
            (None, _) => {
                check.refuse("performance_due_on", "须载明履行期限");
                self.effective_on
            }
            (Some(due), _) => due,
        };
        if due < self.effective_on {
            check.refuse("performance_due_on", "履行期限不能早于协议生效之日");
        }
        check.finish(due)
    }

    /// 422 on 规定 4 for an agreement of a family that does not say whether it settles personal status.
    pub fn check_status(&self, about: DisputeType) -> Result<()> {
        if about != DisputeType::MarriageFamily || self.personal_status.is_some() {
            return Ok(());
        }
        let why = "婚姻家庭纠纷的协议须注明是否确认身份关系、收养关系或者婚姻关系,这类协议不能申请司法确认";
        Err(Problem::field("personal_status", why).on_basis(CONFIRMATION_RULES, "第四条"))
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::features::disputes::model::PartySide::{self, Applicant, Respondent, Third};
    use crate::features::disputes::model::samples;

    fn party(side: PartySide) -> PartyRow {
        samples::party(side, Some(true))
    }

    fn agreement(form: AgreementForm, items: &[&str]) -> Agreement {
        let items = items.iter().map(ToString::to_string).collect();
        Agreement { form, parties: None, facts: None, items, signed: Signed::default() }
    }

    fn refusal(agreement: &Agreement, parties: &[PartyRow]) -> (Vec<String>, &'static str) {
        let problem = agreement.check(parties).unwrap_err();
        let fields = problem.errors().iter().map(|error| error.field.clone()).collect();
        (fields, problem.body("").basis.unwrap().article)
    }

    #[test]
    fn a_written_agreement_names_every_missing_part_of_article_29() {
        let parties = [party(Applicant), party(Respondent)];
        let (fields, article) = refusal(&agreement(AgreementForm::WrittenAgreement, &[]), &parties);
        let all = ["items", "parties", "facts", "signed.parties", "signed.mediator", "signed.seal"];
        assert_eq!((fields, article), (all.map(String::from).to_vec(), "第二十九条"));
    }

    #[test]
    fn a_written_agreement_with_all_parts_holds_without_the_third_persons_name() {
        let parties = [party(Applicant), party(Respondent), party(Third)];
        let mut written = agreement(AgreementForm::WrittenAgreement, &["示例:三日内清理水渠"]);
        written.parties = Some("示例甲、示例乙,同组村民".into());
        written.facts = Some("示例:水渠淤塞,双方均有责任".into());
        let signers = parties.iter().take(2).map(|party| party.id).collect();
        written.signed = Signed { parties: signers, mediator: true, seal: true };
        assert!(written.check(&parties).is_ok());
        written.signed.parties.push(Id::new());
        assert_eq!(refusal(&written, &parties).0, ["signed.parties"]);
        written.signed.parties = vec![parties[0].id];
        assert_eq!(refusal(&written, &parties).0, ["signed.parties"]);
    }

    #[test]
    fn an_oral_agreement_needs_only_its_record_by_article_28() {
        for form in [AgreementForm::OralAgreement, AgreementForm::Immediate] {
            assert!(agreement(form, &["示例:当场赔付"]).check(&[]).is_ok());
            assert_eq!(refusal(&agreement(form, &[]), &[]), (vec!["items".to_owned()], "第二十八条"));
        }
    }

    #[test]
    fn an_agreement_prints_none_of_its_texts() {
        let text = format!("{:?}", agreement(AgreementForm::OralAgreement, &["示例甲赔偿示例乙"]));
        assert!(!text.contains("示例"), "{text}");
    }

    #[test]
    fn an_agreement_takes_effect_after_the_dispute_and_is_performed_after_that() {
        let day = |n| NaiveDate::default() + TimeDelta::days(n);
        let fields = |form, effective: i64, due: Option<i64>| {
            let agreement = agreement(form, &["示例:赔付"]);
            let settlement = Settlement {
                agreement,
                no: None,
                personal_status: None,
                effective_on: day(effective),
                performance_due_on: due.map(day),
            };
            let checked = settlement.check(&[], day(10), day(20));
            checked.map_err(|problem| problem.errors().iter().map(|e| e.field.clone()).collect::<Vec<_>>())
        };
        assert_eq!(fields(AgreementForm::OralAgreement, 20, Some(50)), Ok(day(50)));
        assert_eq!(fields(AgreementForm::Immediate, 15, None), Ok(day(15)));
        let refused = |field: &str| Err(vec![field.to_owned()]);
        assert_eq!(fields(AgreementForm::OralAgreement, 20, None), refused("performance_due_on"));
        assert_eq!(fields(AgreementForm::OralAgreement, 15, Some(14)), refused("performance_due_on"));
        assert_eq!(fields(AgreementForm::Immediate, 9, None), refused("effective_on"));
        assert_eq!(fields(AgreementForm::Immediate, 21, None), refused("effective_on"));
    }

    #[test]
    fn an_agreement_of_a_family_says_whether_it_settles_personal_status() {
        let settled = |personal_status, about| {
            let agreement = agreement(AgreementForm::OralAgreement, &["示例:赔付"]);
            let (effective_on, performance_due_on) = (NaiveDate::default(), None);
            let settlement =
                Settlement { agreement, no: None, personal_status, effective_on, performance_due_on };
            settlement.check_status(about)
        };
        assert!(settled(None, DisputeType::Neighbour).is_ok());
        assert!(settled(Some(PersonalStatus::None), DisputeType::MarriageFamily).is_ok());
        let silent = settled(None, DisputeType::MarriageFamily).unwrap_err();
        assert_eq!(silent.body("").basis.unwrap().article, "第四条");
    }
}
