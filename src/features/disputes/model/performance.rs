//! Whether an agreement is kept: what checks and visits find (人民调解法 31).

use chrono::NaiveDate;
use diesel::prelude::*;

use super::MEDIATION_LAW;
use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::cases::{Case, CaseFile, Reporter};
use crate::platform::db::schema::performance_checks;

/// The committee watches over performance, and urges the parties to it.
const ARTICLE: &str = "第三十一条";

crate::id_kind! {
    /// A check or a visit.
    CheckId = "check";
}

crate::text_enum! {
    /// Why somebody looked.
    pub enum CheckKind {
        PerformanceCheck = "performance_check" "督促履行",
        ReturnVisit = "return_visit" "回访",
    }
}

crate::text_enum! {
    /// How far the agreement has been kept.
    pub enum CheckFinding {
        Performed = "performed" "已履行",
        Partly = "partly" "部分履行",
        NotYet = "not_yet" "尚未履行",
        Refused = "refused" "拒不履行",
    }
}

/// A check or a visit, after the checks of its form.
#[derive(Debug, Clone)]
pub struct PerformanceCheck {
    /// Why.
    pub kind: CheckKind,
    /// The day.
    pub checked_on: NaiveDate,
    /// How far the agreement has been kept.
    pub finding: CheckFinding,
    /// What was seen and said, sealed.
    pub words_sealed: Vec<u8>,
}

/// The same as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = performance_checks, treat_none_as_default_value = false)]
pub struct CheckRow {
    /// The check.
    pub id: Id<CheckId>,
    /// The dispute's case.
    pub case_id: Id<Case>,
    /// As in the file.
    pub area_code: AreaCode,
    /// Why somebody looked.
    pub kind: CheckKind,
    /// The day.
    pub checked_on: NaiveDate,
    /// How far the agreement had been kept.
    pub finding: CheckFinding,
    /// What was seen and said, sealed.
    pub words_sealed: Vec<u8>,
    /// Who wrote it down.
    pub recorded_by: Id<Reporter>,
    /// When the server had it.
    pub recorded_at: Timestamp,
}

impl PerformanceCheck {
    /// 422 on 人民调解法 31 for a day before the agreement took effect or after today.
    pub fn check(&self, effective_on: Option<NaiveDate>, today: NaiveDate) -> Result<()> {
        let mut check = Check::new();
        check_day(&mut check, "checked_on", self.checked_on, effective_on, today);
        on_article(check)
    }

    /// The row, written down by `by`.
    pub fn into_row(self, file: &CaseFile, by: Id<Reporter>, now: Timestamp) -> CheckRow {
        CheckRow {
            id: Id::new(),
            case_id: file.id,
            area_code: file.area_code.clone(),
            kind: self.kind,
            checked_on: self.checked_on,
            finding: self.finding,
            words_sealed: self.words_sealed,
            recorded_by: by,
            recorded_at: now,
        }
    }
}

/// That an agreement was performed, and what the visit afterwards found.
#[derive(Debug, Clone)]
pub struct Performance {
    /// The day on which it was performed.
    pub performed_on: NaiveDate,
    /// What the visit found, sealed.
    pub return_visit: Option<Vec<u8>>,
}

impl Performance {
    /// The visit. 422 on 人民调解法 31 without one, or with a day before the agreement took effect or after today.
    pub fn check(&self, effective_on: Option<NaiveDate>, today: NaiveDate) -> Result<PerformanceCheck> {
        let mut check = Check::new();
        check_day(&mut check, "performed_on", self.performed_on, effective_on, today);
        if self.return_visit.is_none() {
            check.refuse("return_visit", "须写明回访和督促履行的情况");
        }
        on_article(check)?;
        Ok(PerformanceCheck {
            kind: CheckKind::ReturnVisit,
            checked_on: today,
            finding: CheckFinding::Performed,
            words_sealed: self.return_visit.clone().unwrap_or_default(),
        })
    }
}

fn check_day(
    check: &mut Check,
    field: &str,
    day: NaiveDate,
    effective_on: Option<NaiveDate>,
    today: NaiveDate,
) {
    if effective_on.is_some_and(|effective| day < effective) || day > today {
        check.refuse(field, "应在协议生效之日到今天之间");
    }
}

fn on_article(check: Check) -> Result<()> {
    check.finish(()).map_err(|problem: Problem| problem.on_basis(MEDIATION_LAW, ARTICLE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, n).unwrap()
    }

    fn refusal<T: std::fmt::Debug>(checked: Result<T>) -> (Vec<String>, &'static str) {
        let problem = checked.unwrap_err();
        let fields = problem.errors().iter().map(|error| error.field.clone()).collect();
        (fields, problem.body("").basis.unwrap().article)
    }

    #[test]
    fn an_agreement_is_performed_between_its_first_day_and_today_and_visited_by_article_31() {
        let performed = |n, visited: bool| {
            let return_visit = visited.then(|| vec![1]);
            Performance { performed_on: day(n), return_visit }.check(Some(day(5)), day(9))
        };
        let visit = performed(5, true).unwrap();
        assert_eq!((visit.kind, visit.checked_on), (CheckKind::ReturnVisit, day(9)));
        assert!(performed(9, true).is_ok());
        assert_eq!(refusal(performed(4, true)), (vec!["performed_on".to_owned()], "第三十一条"));
        assert_eq!(refusal(performed(10, true)).0, ["performed_on"]);
        assert_eq!(refusal(performed(7, false)).0, ["return_visit"]);
    }

    #[test]
    fn a_check_is_made_between_the_agreements_first_day_and_today() {
        let checked = |n| {
            let finding = CheckFinding::Partly;
            let kind = CheckKind::PerformanceCheck;
            PerformanceCheck { kind, checked_on: day(n), finding, words_sealed: vec![] }
                .check(Some(day(5)), day(9))
        };
        assert!(checked(5).is_ok() && checked(9).is_ok());
        assert_eq!(refusal(checked(4)), (vec!["checked_on".to_owned()], "第三十一条"));
        assert_eq!(refusal(checked(10)).0, ["checked_on"]);
    }
}
