//! What is stored of a dispute, and why somebody cannot take a step that its state and their role would allow.

use super::party::unready;
use super::{
    CONFIRMATION_RULES, CourtRow, DisputeRow, DisputeState, DisputeStep, Filed, JudicialState, MEDIATION_LAW,
    PartyRow, obstacle,
};
use crate::base::problem::{Basis, Code, Problem, Result};

/// All that is stored of a dispute beside its case file.
#[derive(Debug, Clone)]
pub struct Matter {
    /// What every dispute has.
    pub row: DisputeRow,
    /// Who quarrels, in order.
    pub parties: Vec<PartyRow>,
    /// What a court was asked to confirm; none before.
    pub court: Option<CourtRow>,
    /// What lies in the file; known where that decides whether it can be archived.
    pub filed: Option<Filed>,
}

/// A refusal that is known before the step is tried: the same for the button and for the step itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    /// Why, in Chinese.
    pub why: &'static str,
    /// The law that demands it.
    pub basis: Option<Basis>,
}

impl Bar {
    const fn by(why: &'static str, article: &'static str) -> Self {
        Self { why, basis: Some(Basis { law: MEDIATION_LAW, article }) }
    }
}

impl From<Bar> for Problem {
    /// 409 `guard_refused`, with the law where there is one.
    fn from(bar: Bar) -> Self {
        let problem = Self::because(Code::GuardRefused, bar.why);
        match bar.basis {
            Some(basis) => problem.on_basis(basis.law, basis.article),
            None => problem,
        }
    }
}

impl Matter {
    /// How far a court is with what both parties asked for.
    pub fn judicial_state(&self) -> JudicialState {
        self.court.as_ref().map_or(JudicialState::None, |court| court.state)
    }

    /// The state after `step`; 409 `step_not_allowed` when the state, or what else has happened, gives no occasion
    /// for it.
    pub fn after(&self, step: DisputeStep) -> Result<DisputeState> {
        let to = self.row.state.after(step)?;
        let (court, violent) = (self.judicial_state(), self.row.violence_raised_at.is_some());
        let no_occasion = match step {
            DisputeStep::AskCourt if court != JudicialState::None => Some("已登记过司法确认申请"),
            DisputeStep::RecordDecision if court != JudicialState::Applied => {
                Some("没有等待结果的司法确认申请")
            }
            DisputeStep::RaiseViolence if violent => Some("已标记暴力风险"),
            DisputeStep::TellPolice | DisputeStep::ClearViolence if !violent => Some("未标记暴力风险"),
            DisputeStep::Ask
            | DisputeStep::Accept
            | DisputeStep::Mediate
            | DisputeStep::Replace
            | DisputeStep::Hold
            | DisputeStep::Draft
            | DisputeStep::Extend
            | DisputeStep::Agree
            | DisputeStep::Perform
            | DisputeStep::AskCourt
            | DisputeStep::RecordDecision
            | DisputeStep::Check
            | DisputeStep::Fulfil
            | DisputeStep::Fail
            | DisputeStep::Refuse
            | DisputeStep::Withdraw
            | DisputeStep::Breach
            | DisputeStep::Transfer
            | DisputeStep::RaiseViolence
            | DisputeStep::TellPolice
            | DisputeStep::ClearViolence
            | DisputeStep::Archive => None,
        };
        no_occasion.map_or(Ok(to), |why| Err(Problem::because(Code::StepNotAllowed, why)))
    }

    /// What bars `step` although [`Self::after`] allows it. `mediates` is whether the caller mediates here, rather
    /// than being the resident who registered it.
    pub fn bar(&self, step: DisputeStep, mediates: bool) -> Option<Bar> {
        let row = &self.row;
        match step {
            DisputeStep::Accept => obstacle(&self.parties).map(|why| Bar::by(why, "第十七条")),
            DisputeStep::Mediate | DisputeStep::Hold | DisputeStep::Agree => {
                unready(&self.parties).map(|why| Bar::by(why, "第十七条"))
            }
            DisputeStep::Withdraw if !mediates && row.state != DisputeState::Registered => {
                Some(Bar { why: "已经受理,请向人民调解员提出,由其登记撤回", basis: None })
            }
            DisputeStep::AskCourt if row.personal_status.is_some_and(|matter| !matter.is_confirmable()) => {
                let basis = Basis { law: CONFIRMATION_RULES, article: "第四条" };
                let why = "协议确认身份关系、收养关系或者婚姻关系,人民法院不予受理";
                Some(Bar { why, basis: Some(basis) })
            }
            DisputeStep::Archive if self.judicial_state() == JudicialState::Applied => {
                Some(Bar { why: "司法确认申请尚未登记结果", basis: None })
            }
            DisputeStep::Archive if row.violence_raised_at.is_some() && row.police_told_at.is_none() => {
                Some(Bar::by("已标记暴力风险,须先登记向公安机关报告的情况,或由分管领导解除", "第二十五条"))
            }
            DisputeStep::Ask
            | DisputeStep::Replace
            | DisputeStep::Draft
            | DisputeStep::Extend
            | DisputeStep::Perform
            | DisputeStep::AskCourt
            | DisputeStep::RecordDecision
            | DisputeStep::Check
            | DisputeStep::Fulfil
            | DisputeStep::Fail
            | DisputeStep::Refuse
            | DisputeStep::Withdraw
            | DisputeStep::Breach
            | DisputeStep::Transfer
            | DisputeStep::RaiseViolence
            | DisputeStep::TellPolice
            | DisputeStep::ClearViolence
            | DisputeStep::Archive => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::Timestamp;
    use crate::features::disputes::model::PartySide::{Applicant, Respondent};
    use crate::features::disputes::model::PersonalStatus;
    use crate::features::disputes::model::samples::{matter, party};

    #[test]
    fn who_may_not_be_mediated_is_told_so_at_every_step_that_mediates() {
        let refused = matter(vec![party(Applicant, Some(true)), party(Respondent, Some(false))]);
        let unasked = matter(vec![party(Applicant, Some(true)), party(Respondent, None)]);
        for step in [DisputeStep::Mediate, DisputeStep::Hold, DisputeStep::Agree] {
            for matter in [&refused, &unasked] {
                let bar = matter.bar(step, true).unwrap();
                assert_eq!(bar.basis.unwrap().article, "第十七条", "{step}");
            }
        }
        assert!(refused.bar(DisputeStep::Accept, true).is_some());
        assert_eq!(unasked.bar(DisputeStep::Accept, true), None, "the answers come with the step");
    }

    #[test]
    fn violence_is_raised_once_and_told_to_the_police_or_cleared_before_the_file_is_closed() {
        use DisputeStep::{Archive, ClearViolence, RaiseViolence, TellPolice};
        let mut matter = matter(vec![]);
        matter.row.state = DisputeState::Failed;
        let open = |matter: &Matter, step| matter.after(step).is_ok();
        assert!(open(&matter, RaiseViolence) && !open(&matter, TellPolice) && !open(&matter, ClearViolence));
        matter.row.violence_raised_at = Some(Timestamp::from_millis(1));
        assert!(!open(&matter, RaiseViolence) && open(&matter, TellPolice) && open(&matter, ClearViolence));
        assert_eq!(matter.bar(Archive, true).and_then(|bar| bar.basis).unwrap().article, "第二十五条");
        matter.row.police_told_at = Some(Timestamp::from_millis(2));
        assert_eq!(matter.bar(Archive, true), None);
    }

    #[test]
    fn a_court_is_not_asked_about_identity_adoption_and_marriage() {
        let mut matter = matter(vec![]);
        for (status, barred) in [
            (None, false),
            (Some(PersonalStatus::None), false),
            (Some(PersonalStatus::Identity), true),
            (Some(PersonalStatus::Adoption), true),
            (Some(PersonalStatus::Marriage), true),
        ] {
            matter.row.personal_status = status;
            assert_eq!(matter.bar(DisputeStep::AskCourt, true).is_some(), barred, "{status:?}");
        }
    }

    #[test]
    fn a_resident_withdraws_only_what_nobody_has_accepted() {
        let mut matter = matter(vec![]);
        assert_eq!(matter.bar(DisputeStep::Withdraw, false), None);
        matter.row.state = DisputeState::Accepted;
        assert!(matter.bar(DisputeStep::Withdraw, false).is_some());
        assert_eq!(matter.bar(DisputeStep::Withdraw, true), None);
    }
}
