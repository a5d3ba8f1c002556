//! An order to put a hazard right, and the days that go with it.

use chrono::{NaiveDate, TimeDelta};

use super::model::Grade;
use crate::base::problem::{FieldError, Problem, Result};

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

/// What an order says: for a major hazard the five elements (五落实) must all be there.
#[derive(Debug, Clone)]
pub struct Order {
    /// The number of the order.
    pub no: Option<String>,
    /// The day by which it is to be put right (the time limit).
    pub due: NaiveDate,
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

impl Order {
    /// Whether the order is lawful for `grade` on `today`.
    ///
    /// A major hazard needs responsible person, measures, funds, time limit and emergency plan
    /// (重庆市安全生产条例 23), measures of control until then, and the number under which the order went out; the
    /// refusal names what is missing.
    pub fn check(&self, grade: Grade, today: NaiveDate) -> Result<()> {
        if self.due < today {
            return Err(Problem::field("due", "整改期限不能早于今天"));
        }
        if let Some(days) = grade.days() {
            let latest = today + TimeDelta::days(days);
            if self.due > latest {
                let message = format!("{}隐患的整改期限最多 {days} 天,不能晚于 {latest}", grade.label());
                return Err(Problem::field("due", message));
            }
            return Ok(());
        }
        let elements = [
            ("order_no", self.no.is_some(), "重大隐患的整改指令须有文号"),
            ("responsible", self.responsible_sealed.is_some(), "重大隐患须落实责任人"),
            ("measures", self.measures.is_some(), "重大隐患须落实整改措施"),
            ("funds_fen", self.funds_fen.is_some(), "重大隐患须落实资金"),
            ("emergency_plan", self.emergency_plan.is_some(), "重大隐患须落实应急预案"),
            ("interim_measures", self.interim_measures.is_some(), "重大隐患整改前须有管控措施"),
        ];
        let missing = elements.into_iter().filter(|(_, there, _)| !there);
        let missing: Vec<_> = missing
            .map(|(field, _, message)| FieldError { field: field.into(), message: message.into() })
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(Problem::fields(missing).on_basis("重庆市安全生产条例", "第二十三条"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_for_a_major_hazard_names_every_missing_element() {
        let day = NaiveDate::default();
        let order = Order {
            no: None,
            due: day,
            responsible_sealed: None,
            measures: Some("清运危石".into()),
            funds_fen: None,
            emergency_plan: None,
            interim_measures: None,
        };
        let refusal = order.check(Grade::Major, day).unwrap_err();
        let fields: Vec<_> = refusal.errors().iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["order_no", "responsible", "funds_fen", "emergency_plan", "interim_measures"]);
        assert!(order.check(Grade::General, day).is_ok());
    }

    #[test]
    fn a_general_hazard_is_not_given_eight_days() {
        let day = NaiveDate::default();
        let order = |days| Order {
            no: None,
            due: day + TimeDelta::days(days),
            responsible_sealed: None,
            measures: None,
            funds_fen: None,
            emergency_plan: None,
            interim_measures: None,
        };
        assert!(order(7).check(Grade::General, day).is_ok());
        assert!(order(8).check(Grade::General, day).is_err());
        assert!(order(8).check(Grade::Key, day).is_ok());
        assert!(order(-1).check(Grade::Major, day).is_err());
    }
}
