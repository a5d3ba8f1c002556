//! How a dispute ends otherwise than performed: failed or broken with other ways shown, withdrawn, handed on.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::MEDIATION_LAW;
use crate::base::check::Check;
use crate::base::problem::{Problem, Result};

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

    /// 422, when an agreement was broken, without saying how, or when the right remedy was not told: enforcement when
    /// a court had `confirmed` it (人民调解法 33), else the right to sue (32).
    pub fn check_breach(&self, confirmed: bool) -> Result<()> {
        let (told, article) = if confirmed {
            ("协议已经司法确认,须告知当事人可以向人民法院申请强制执行", "第三十三条")
        } else {
            ("须告知当事人可以向人民法院提起诉讼", "第三十二条")
        };
        self.check("须写明未履行的情况", told, article)
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

crate::text_enum! {
    /// Who goes on with a dispute that was not settled here.
    pub enum TransferTarget {
        Petition = "petition" "信访部门",
        Court = "court" "人民法院",
        Police = "police" "公安机关",
        Mediation = "mediation" "其他调解组织",
    }
}

/// That a dispute was handed on, with its papers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// Who goes on with it.
    pub to: TransferTarget,
    /// The name of that office.
    pub receiver: String,
    /// The papers that were handed over, one each.
    pub handed_over: Vec<String>,
    /// The day.
    pub on: NaiveDate,
    /// The number of the receipt, if there is one.
    pub receipt_no: Option<String>,
}

impl Transfer {
    /// 422 without papers, or for a day before the dispute began or after today.
    pub fn check(&self, happened_on: NaiveDate, today: NaiveDate) -> Result<()> {
        let mut check = Check::new();
        if self.handed_over.is_empty() {
            check.refuse("handed_over", "须写明移交的材料");
        }
        if self.on < happened_on || self.on > today {
            check.refuse("on", format!("应在纠纷发生之日 {happened_on} 到今天 {today} 之间"));
        }
        check.finish(())
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
    fn a_broken_agreement_needs_how_and_that_the_right_remedy_was_told() {
        for (confirmed, article) in [(false, "第三十二条"), (true, "第三十三条")] {
            assert!(unsettled(Some("示例:逾期未付"), true).check_breach(confirmed).is_ok());
            let bare = refusal(unsettled(None, false).check_breach(confirmed));
            assert_eq!(bare, (vec!["reason".to_owned(), "remedies_told".to_owned()], article));
        }
    }

    #[test]
    fn a_withdrawal_says_who_and_why_by_article_23() {
        assert!(Withdrawal { reason: Some("示例:申请人自行和解".into()) }.check().is_ok());
        let bare = refusal(Withdrawal { reason: None }.check());
        assert_eq!(bare, (vec!["reason".to_owned()], "第二十三条"));
    }

    #[test]
    fn a_dispute_is_handed_on_with_its_papers_on_a_day_that_has_been() {
        let day = |n| NaiveDate::from_ymd_opt(2026, 3, n).unwrap();
        let transfer = |papers: &[&str], n| Transfer {
            to: TransferTarget::Court,
            receiver: "示例法院".into(),
            handed_over: papers.iter().map(ToString::to_string).collect(),
            on: day(n),
            receipt_no: None,
        };
        assert!(transfer(&["调解登记表"], 5).check(day(1), day(9)).is_ok());
        let late = transfer(&[], 10).check(day(1), day(9)).unwrap_err();
        let fields: Vec<_> = late.errors().iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["handed_over", "on"]);
    }
}
