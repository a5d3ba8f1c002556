//! How a dispute ends: performed and visited, failed or broken with other ways shown, or withdrawn; then archived.

use chrono::NaiveDate;

use super::{DisputeOutcome, MEDIATION_LAW};
use crate::base::check::Check;
use crate::base::problem::{Problem, Result};

/// That an agreement was performed, and what the visit afterwards found.
#[derive(Debug, Clone)]
pub struct Performance {
    /// The day on which it was performed.
    pub performed_on: NaiveDate,
    /// What the visit found, for the office.
    pub return_visit: Option<String>,
}

impl Performance {
    /// 422 on 人民调解法 31 (the committee watches over performance) without a visit, or with a day before the
    /// agreement took effect or after today.
    pub fn check(&self, effective_on: Option<NaiveDate>, today: NaiveDate) -> Result<()> {
        let mut check = Check::new();
        if effective_on.is_some_and(|day| self.performed_on < day) || self.performed_on > today {
            check.refuse("performed_on", "应在协议生效之日到今天之间");
        }
        if self.return_visit.is_none() {
            check.refuse("return_visit", "须写明回访和督促履行的情况");
        }
        check.finish(()).map_err(|problem: Problem| problem.on_basis(MEDIATION_LAW, "第三十一条"))
    }
}

/// That mediation or the agreement came to nothing.
#[derive(Debug, Clone)]
pub struct Unsettled {
    /// Why, or how.
    pub reason: Option<String>,
    /// Whether the parties were told what else they can do.
    pub remedies_told: bool,
}

impl Unsettled {
    /// 422 on 人民调解法 26, when no agreement was reached, without a reason, or when the other ways were not told.
    pub fn check_failure(&self) -> Result<()> {
        self.check(
            "须写明调解不成的原因",
            "须告知当事人可以依法通过仲裁、行政、司法等途径维护权利",
            "第二十六条",
        )
    }

    /// 422 on 人民调解法 32, when an agreement was broken, without saying how, or when the right to sue was not told.
    pub fn check_breach(&self) -> Result<()> {
        self.check("须写明未履行的情况", "须告知当事人可以向人民法院提起诉讼", "第三十二条")
    }

    fn check(&self, no_reason: &str, not_told: &str, article: &'static str) -> Result<()> {
        let mut check = Check::new();
        if self.reason.is_none() {
            check.refuse("reason", no_reason);
        }
        if !self.remedies_told {
            check.refuse("remedies_told", not_told);
        }
        check.finish(()).map_err(|problem: Problem| problem.on_basis(MEDIATION_LAW, article))
    }
}

/// That mediation is not wanted any more.
#[derive(Debug, Clone)]
pub struct Withdrawal {
    /// Who asked for it, and why.
    pub reason: Option<String>,
}

impl Withdrawal {
    /// 422 on 人民调解法 23 (a party may ask that mediation ends) without a reason.
    pub fn check(&self) -> Result<()> {
        let mut check = Check::new();
        if self.reason.is_none() {
            check.refuse("reason", "须写明谁要求撤回、为何撤回");
        }
        check.finish(()).map_err(|problem: Problem| problem.on_basis(MEDIATION_LAW, "第二十三条"))
    }
}

/// What lies in the file when it is archived.
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
    /// 422 on 人民调解法 27 with one entry per paper that is missing. Where nobody agreed there is no agreement to
    /// keep.
    pub fn check(&self, outcome: Option<DisputeOutcome>) -> Result<()> {
        let agreed = outcome.is_some_and(DisputeOutcome::is_agreement);
        let papers = [
            ("register", self.register, "卷内须有调解登记"),
            ("records", self.records, "卷内须有调解工作记录"),
            ("agreement", self.agreement || !agreed, "卷内须有调解协议书或口头协议记录"),
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

    fn refusal(checked: Result<()>) -> (Vec<String>, &'static str) {
        let problem = checked.unwrap_err();
        let fields = problem.errors().iter().map(|error| error.field.clone()).collect();
        (fields, problem.body("").basis.unwrap().article)
    }

    fn unsettled(reason: Option<&str>, remedies_told: bool) -> Unsettled {
        Unsettled { reason: reason.map(str::to_owned), remedies_told }
    }

    #[test]
    fn failing_needs_a_reason_and_that_other_ways_were_told_by_article_26() {
        assert!(unsettled(Some("示例:分歧过大"), true).check_failure().is_ok());
        let told = refusal(unsettled(Some("示例:分歧过大"), false).check_failure());
        assert_eq!(told, (vec!["remedies_told".to_owned()], "第二十六条"));
        assert_eq!(refusal(unsettled(None, true).check_failure()).0, ["reason"]);
    }

    #[test]
    fn a_broken_agreement_needs_how_and_that_the_right_to_sue_was_told_by_article_32() {
        assert!(unsettled(Some("示例:逾期未付"), true).check_breach().is_ok());
        let bare = refusal(unsettled(None, false).check_breach());
        assert_eq!(bare, (vec!["reason".to_owned(), "remedies_told".to_owned()], "第三十二条"));
    }

    #[test]
    fn a_withdrawal_says_who_and_why_by_article_23() {
        assert!(Withdrawal { reason: Some("示例:申请人自行和解".into()) }.check().is_ok());
        let bare = refusal(Withdrawal { reason: None }.check());
        assert_eq!(bare, (vec!["reason".to_owned()], "第二十三条"));
    }

    #[test]
    fn an_agreement_is_performed_between_its_first_day_and_today_and_visited_by_article_31() {
        let day = |n| NaiveDate::from_ymd_opt(2026, 3, n);
        let performed = |n, visited: bool| {
            let return_visit = visited.then(|| "示例:双方满意".to_owned());
            Performance { performed_on: day(n).unwrap(), return_visit }.check(day(5), day(9).unwrap())
        };
        assert!(performed(5, true).is_ok() && performed(9, true).is_ok());
        assert_eq!(refusal(performed(4, true)), (vec!["performed_on".to_owned()], "第三十一条"));
        assert_eq!(refusal(performed(10, true)).0, ["performed_on"]);
        assert_eq!(refusal(performed(7, false)).0, ["return_visit"]);
    }

    #[test]
    fn a_file_keeps_register_records_and_agreement_by_article_27() {
        let none = Checklist { register: false, records: false, agreement: false };
        let (fields, article) = refusal(none.check(Some(DisputeOutcome::OralAgreement)));
        assert_eq!(fields, ["register", "records", "agreement"]);
        assert_eq!(article, "第二十七条");
    }

    #[test]
    fn where_nobody_agreed_there_is_no_agreement_to_keep() {
        let papers = Checklist { register: true, records: true, agreement: false };
        for &outcome in DisputeOutcome::ALL {
            assert_eq!(papers.check(Some(outcome)).is_err(), outcome.is_agreement(), "{outcome}");
        }
    }
}
