//! An order to put a hazard right, and the days that go with it.

use chrono::{NaiveDate, TimeDelta};

use super::model::{Grade, HazardRow};
use crate::base::problem::{Basis, FieldError, Problem, Result};

/// What a plan for a major hazard must name: 安全生产事故隐患排查治理暂行规定 (国家安全生产监督管理总局令第 16 号,
/// 2007) art. 15, the source of what is called 五落实. 重庆市安全生产条例 had the same in art. 23 until it was revised on
/// 2024-03-28; its art. 25 now asks for measures of safety while the work goes on.
const PLAN: Basis =
    Basis { law: "安全生产事故隐患排查治理暂行规定", article: "第十五条" };
/// 安全生产法 (2021) art. 41: major hazards are reported to the departments, which keep them in their system and
/// supervise them.
const REPORT: Basis = Basis { law: "中华人民共和国安全生产法", article: "第四十一条" };
/// 安全生产法 (2021) art. 65 (3): what keeps people safe before and while a major hazard is removed.
const INTERIM: Basis = Basis { law: "中华人民共和国安全生产法", article: "第六十五条" };

impl Grade {
    /// Days that an order may give; major ones follow their plan.
    pub const fn days(self) -> Option<i64> {
        match self {
            Self::General => Some(7),
            Self::Key => Some(15),
            Self::Major => None,
        }
    }
}

/// What is to be done, by whom, at what cost, and how it is kept safe meanwhile.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Who is responsible, sealed.
    pub responsible_sealed: Option<Vec<u8>>,
    /// What is to be done.
    pub measures: Option<String>,
    /// What it may cost, fen.
    pub funds_fen: Option<i64>,
    /// What to do if it happens meanwhile.
    pub emergency_plan: Option<String>,
    /// How it is kept in check until then.
    pub interim_measures: Option<String>,
}

/// What an order says: for a major hazard the five elements (五落实) must all be there.
#[derive(Debug, Clone)]
pub struct Order {
    /// The number of the order.
    pub no: Option<String>,
    /// The day by which it is to be put right (the time limit).
    pub due: NaiveDate,
    /// How.
    pub plan: Plan,
    /// The day on which the district department was told.
    pub district_informed_on: Option<NaiveDate>,
}

impl Order {
    /// Whether the order is lawful for `grade` on `today`.
    ///
    /// A major hazard needs responsible person, measures, funds, time limit and emergency plan, measures of control
    /// until then, the number under which the order went out, and the day on which the district department was told;
    /// the refusal names everything that is missing, and the law of what stands first.
    pub fn check(&self, grade: Grade, today: NaiveDate) -> Result<()> {
        if self.due < today {
            return Err(Problem::field("due", "整改期限不能早于今天"));
        }
        if self.district_informed_on.is_some_and(|day| day > today) {
            return Err(Problem::field("district_informed_on", "告知区级部门的日期不能晚于今天"));
        }
        match grade.days() {
            Some(days) => not_after(today + TimeDelta::days(days), self.due, || {
                format!("{}隐患的整改期限最多 {days} 天", grade.label())
            }),
            None => self.check_elements(),
        }
    }

    fn check_elements(&self) -> Result<()> {
        let Plan { responsible_sealed, measures, funds_fen, emergency_plan, interim_measures } = &self.plan;
        let elements = [
            ("order_no", self.no.is_some(), "重大隐患的整改指令须有文号", PLAN),
            ("responsible", responsible_sealed.is_some(), "重大隐患须落实责任人", PLAN),
            ("measures", measures.is_some(), "重大隐患须落实整改措施", PLAN),
            ("funds_fen", funds_fen.is_some(), "重大隐患须落实资金", PLAN),
            ("emergency_plan", emergency_plan.is_some(), "重大隐患须落实应急预案", PLAN),
            ("interim_measures", interim_measures.is_some(), "重大隐患整改前须有管控措施", INTERIM),
            (
                "district_informed_on",
                self.district_informed_on.is_some(),
                "重大隐患须告知区级部门,并写明日期",
                REPORT,
            ),
        ];
        let missing: Vec<_> = elements.iter().filter(|(_, there, ..)| !there).collect();
        let Some((_, _, _, Basis { law, article })) = missing.first() else { return Ok(()) };
        let error = |field: &str, message: &str| FieldError { field: field.into(), message: message.into() };
        let errors = missing.iter().map(|(field, _, message, _)| error(field, message));
        Err(Problem::fields(errors.collect()).on_basis(law, article))
    }

    /// Writes the order into the row of a hazard; what an earlier one said is over.
    pub fn write_into(self, row: &mut HazardRow) {
        row.order_no = self.no;
        row.order_due = Some(self.due);
        row.responsible_sealed = self.plan.responsible_sealed;
        row.measures = self.plan.measures;
        row.funds_fen = self.plan.funds_fen;
        row.emergency_plan = self.plan.emergency_plan;
        row.interim_measures = self.plan.interim_measures;
        row.district_informed_on = self.district_informed_on;
        row.extended_from = None;
    }
}

/// Refuses a day that lies after `latest`; `most` says how many days there are.
pub(super) fn not_after(latest: NaiveDate, due: NaiveDate, most: impl FnOnce() -> String) -> Result<()> {
    if due <= latest {
        return Ok(());
    }
    Err(Problem::field("due", format!("{},不能晚于 {latest}", most())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(days: i64) -> Order {
        let due = NaiveDate::default() + TimeDelta::days(days);
        Order { no: None, due, plan: Plan::default(), district_informed_on: None }
    }

    #[test]
    fn an_order_for_a_major_hazard_names_every_missing_element() {
        let day = NaiveDate::default();
        let plan = Plan { measures: Some("清运危石".into()), ..Plan::default() };
        let order = Order { plan, ..order(0) };
        let refusal = order.check(Grade::Major, day).unwrap_err();
        let fields: Vec<_> = refusal.errors().iter().map(|e| e.field.as_str()).collect();
        let missing = [
            "order_no",
            "responsible",
            "funds_fen",
            "emergency_plan",
            "interim_measures",
            "district_informed_on",
        ];
        assert_eq!(fields, missing);
        assert!(order.check(Grade::General, day).is_ok());
    }

    #[test]
    fn a_general_hazard_is_not_given_eight_days() {
        let day = NaiveDate::default();
        assert!(order(7).check(Grade::General, day).is_ok());
        assert!(order(8).check(Grade::General, day).is_err());
        assert!(order(8).check(Grade::Key, day).is_ok());
        assert!(order(-1).check(Grade::Major, day).is_err());
    }

    #[test]
    fn the_district_is_not_told_tomorrow() {
        let day = NaiveDate::default();
        let order = Order { district_informed_on: Some(day + TimeDelta::days(1)), ..order(1) };
        assert!(order.check(Grade::General, day).is_err());
    }
}
