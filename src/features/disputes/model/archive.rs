//! What the file of a dispute must hold before it is put away (人民调解法 27).

use super::{DisputeOutcome, MEDIATION_LAW};
use crate::base::check::Check;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::attachments::Photo;

/// What really lies in the file. The register is the dispute itself, and an oral agreement is its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filed {
    /// At least one recorded session.
    pub sessions: bool,
    /// At least one photo of the signed paper.
    pub papers: bool,
}

/// Photos of what lies in the file on paper alone.
#[derive(Debug, Clone, Default)]
pub struct Brought {
    /// Records of mediation.
    pub records: Vec<Id<Photo>>,
    /// The signed agreement.
    pub agreement: Vec<Id<Photo>>,
}

impl Filed {
    /// Which photos a file that ended in `outcome` still lacks: of records, and of the agreement. Where mediation never
    /// came to anything, because a party refused or did not want it any more, what they said is the record.
    pub fn lacks(self, outcome: Option<DisputeOutcome>) -> (bool, bool) {
        let mediated = match outcome {
            Some(DisputeOutcome::Refused | DisputeOutcome::Withdrawn) | None => false,
            Some(
                DisputeOutcome::WrittenAgreement
                | DisputeOutcome::OralAgreement
                | DisputeOutcome::Immediate
                | DisputeOutcome::Failed
                | DisputeOutcome::Transferred,
            ) => true,
        };
        let written = outcome == Some(DisputeOutcome::WrittenAgreement);
        (mediated && !self.sessions, written && !self.papers)
    }
}

/// What whoever archives it has found in the paper file.
#[derive(Debug, Clone, Copy)]
pub struct Checklist {
    /// The register.
    pub register: bool,
    /// The records of mediation.
    pub records: bool,
    /// The agreement or its record.
    pub agreement: bool,
}

impl Checklist {
    /// 422 on 人民调解法 27 with one entry per paper that is missing: by what was ticked, and by what is really there.
    /// Where nobody agreed there is no agreement to keep.
    pub fn check(&self, outcome: Option<DisputeOutcome>, filed: Filed, brought: &Brought) -> Result<()> {
        let agreed = outcome.is_some_and(DisputeOutcome::is_agreement);
        let (no_records, no_agreement) = filed.lacks(outcome);
        let papers = [
            ("register", self.register, "卷内须有调解登记"),
            ("records", self.records, "卷内须有调解工作记录"),
            ("agreement", self.agreement || !agreed, "卷内须有调解协议书或口头协议记录"),
            (
                "record_papers",
                !no_records || !brought.records.is_empty(),
                "没有登记过一次调解,须附调解工作记录的照片",
            ),
            (
                "agreement_papers",
                !no_agreement || !brought.agreement.is_empty(),
                "没有协议书原件的照片,须附照片",
            ),
        ];
        let mut check = Check::new();
        for (paper, _, message) in papers.into_iter().filter(|(_, there, _)| !there) {
            check.refuse(paper, message);
        }
        check.finish(()).map_err(|problem: Problem| problem.on_basis(MEDIATION_LAW, "第二十七条"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Checklist = Checklist { register: true, records: true, agreement: true };
    const FULL: Filed = Filed { sessions: true, papers: true };
    const EMPTY: Filed = Filed { sessions: false, papers: false };

    fn fields(checked: Result<()>) -> Vec<String> {
        checked.err().map_or(vec![], |problem| {
            assert_eq!(problem.body("").basis.unwrap().article, "第二十七条");
            problem.errors().iter().map(|error| error.field.clone()).collect()
        })
    }

    #[test]
    fn a_file_keeps_register_records_and_agreement_by_article_27() {
        let none = Checklist { register: false, records: false, agreement: false };
        let outcome = Some(DisputeOutcome::OralAgreement);
        assert_eq!(
            fields(none.check(outcome, FULL, &Brought::default())),
            ["register", "records", "agreement"]
        );
    }

    #[test]
    fn where_nobody_agreed_there_is_no_agreement_to_keep() {
        let papers = Checklist { register: true, records: true, agreement: false };
        for &outcome in DisputeOutcome::ALL {
            let checked = papers.check(Some(outcome), FULL, &Brought::default());
            assert_eq!(checked.is_err(), outcome.is_agreement(), "{outcome}");
        }
    }

    #[test]
    fn what_was_ticked_must_really_be_there_or_be_brought_along() {
        use DisputeOutcome::{Failed, OralAgreement, Refused, Transferred, Withdrawn, WrittenAgreement};
        let missing = |outcome| fields(ALL.check(Some(outcome), EMPTY, &Brought::default()));
        assert_eq!(missing(WrittenAgreement), ["record_papers", "agreement_papers"]);
        assert_eq!(missing(OralAgreement), ["record_papers"]);
        assert_eq!(missing(Failed), ["record_papers"]);
        assert_eq!(missing(Transferred), ["record_papers"]);
        assert!(missing(Refused).is_empty() && missing(Withdrawn).is_empty());
        let brought = Brought { records: vec![Id::new()], agreement: vec![Id::new()] };
        assert!(ALL.check(Some(WrittenAgreement), EMPTY, &brought).is_ok());
    }
}
