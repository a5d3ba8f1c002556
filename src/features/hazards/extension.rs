//! More time to put a hazard right, once.

use chrono::{NaiveDate, TimeDelta};

use super::model::{Grade, HazardRow};
use super::order::{Plan, not_after};
use crate::base::problem::{Problem, Result};

impl Grade {
    /// Days by which an order may be extended: as many again as it could give, and a season for a plan.
    pub const fn days_more(self) -> u16 {
        match self {
            Self::General => 7,
            Self::Key => 15,
            Self::Major => 90,
        }
    }
}

/// What an extension says.
#[derive(Debug, Clone)]
pub struct Extension {
    /// The day by which it is to be put right now.
    pub due: NaiveDate,
    /// Why; the reporter is told.
    pub reason: String,
    /// What the plan says from now on, where it says another thing.
    pub plan: Plan,
}

impl Extension {
    /// Whether an order for `row` may be extended so; by how many days. Of a major hazard only with another plan: more
    /// time for the same that did not work would leave people beside the danger for nothing.
    pub fn check(&self, row: &HazardRow) -> Result<u16> {
        let missing = || Problem::internal("an ordered hazard without a grade or a day");
        let (grade, due) = row.grade.zip(row.order_due).ok_or_else(missing)?;
        if self.due <= due {
            return Err(Problem::field("due", format!("延期后的期限须晚于 {due}")));
        }
        let most = grade.days_more();
        not_after(due + TimeDelta::days(most.into()), self.due, || {
            format!("{}隐患最多延期 {most} 天", grade.label())
        })?;
        if grade == Grade::Major && !self.changes(row) {
            let message = "重大隐患须先调整整改方案(措施、资金、应急预案或管控措施)才能延期";
            return Err(Problem::field("measures", message));
        }
        u16::try_from((self.due - due).num_days()).map_err(Problem::internal)
    }

    fn changes(&self, row: &HazardRow) -> bool {
        let Plan { measures, funds_fen, emergency_plan, interim_measures, .. } = &self.plan;
        let other = |now: &Option<String>, before: &Option<String>| now.is_some() && now != before;
        other(measures, &row.measures)
            || other(emergency_plan, &row.emergency_plan)
            || other(interim_measures, &row.interim_measures)
            || funds_fen.is_some() && *funds_fen != row.funds_fen
    }

    /// What the reporter is told.
    pub fn told(&self, row: &HazardRow) -> String {
        let from = row.order_due.map(|day| day.to_string()).unwrap_or_default();
        format!("整改期限由 {from} 延至 {}。原因:{}", self.due, self.reason)
    }

    /// What the office keeps of the plan as it was before, which the row then forgets; none when nothing changes.
    pub fn kept(&self, row: &HazardRow) -> Option<String> {
        let Plan { measures, funds_fen, emergency_plan, interim_measures, .. } = &self.plan;
        let text = |now: &Option<String>, before: &Option<String>| now.as_ref().and(before.clone());
        let funds = funds_fen.and(row.funds_fen).map(|fen| format!("{fen} 分"));
        let parts = [
            ("整改措施", text(measures, &row.measures)),
            ("资金", funds),
            ("应急预案", text(emergency_plan, &row.emergency_plan)),
            ("管控措施", text(interim_measures, &row.interim_measures)),
        ];
        let parts = parts.into_iter().filter_map(|(name, was)| was.map(|was| format!("{name}:{was}")));
        let parts: Vec<_> = parts.collect();
        (!parts.is_empty()).then(|| format!("原方案。{}", parts.join(";")))
    }

    /// Writes the extension into the row of a hazard.
    pub fn write_into(self, row: &mut HazardRow) {
        row.extended_from = row.order_due.replace(self.due);
        let Plan { responsible_sealed, measures, funds_fen, emergency_plan, interim_measures } = self.plan;
        row.responsible_sealed = responsible_sealed.or(row.responsible_sealed.take());
        row.measures = measures.or(row.measures.take());
        row.funds_fen = funds_fen.or(row.funds_fen);
        row.emergency_plan = emergency_plan.or(row.emergency_plan.take());
        row.interim_measures = interim_measures.or(row.interim_measures.take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::Id;
    use crate::features::hazards::model::{HazardField, Origin};

    fn day(n: i64) -> NaiveDate {
        NaiveDate::default() + TimeDelta::days(n)
    }

    fn ordered(grade: Grade) -> HazardRow {
        let area = "500114119201001".parse().unwrap();
        let mut row = HazardRow::found(Id::new(), &area, HazardField::Geology, Origin::default());
        row.grade = Some(grade);
        row.order_due = Some(day(5));
        row.measures = Some("清运危石".to_owned());
        row
    }

    fn until(n: i64) -> Extension {
        Extension { due: day(n), reason: "示例:连日大雨".to_owned(), plan: Plan::default() }
    }

    #[test]
    fn an_extension_is_later_and_not_too_late() {
        let row = ordered(Grade::General);
        assert!(until(5).check(&row).is_err(), "no later than before");
        assert_eq!(until(12).check(&row).unwrap(), 7);
        assert!(until(13).check(&row).is_err(), "eight days more");
    }

    #[test]
    fn a_major_hazard_is_given_more_time_for_another_plan_only() {
        let row = ordered(Grade::Major);
        assert!(until(30).check(&row).is_err());
        let same = Plan { measures: row.measures.clone(), ..Plan::default() };
        assert!(Extension { plan: same, ..until(30) }.check(&row).is_err());
        let other = Plan { measures: Some("先加固后清运".to_owned()), ..Plan::default() };
        let extension = Extension { plan: other, ..until(30) };
        assert!(extension.check(&row).is_ok());
        assert_eq!(extension.kept(&row).as_deref(), Some("原方案。整改措施:清运危石"));
    }

    #[test]
    fn what_an_extension_does_not_name_stays() {
        let mut row = ordered(Grade::Key);
        until(9).write_into(&mut row);
        assert_eq!((row.order_due, row.extended_from), (Some(day(9)), Some(day(5))));
        assert_eq!(row.measures.as_deref(), Some("清运危石"));
    }
}
