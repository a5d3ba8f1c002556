//! Judicial confirmation (司法确认): what both parties ask a court for, and what it says.

use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;

use super::{CONFIRMATION_RULES, DisputeRow, MEDIATION_LAW, Party, PartyRow, on_both_sides};
use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::cases::Case;
use crate::platform::db::schema::court_confirmations;

/// Days after an agreement took effect within which both sides may ask the court to confirm it
/// (人民调解法 33, 民事诉讼法 (2023) 205; the first day is not counted).
const JUDICIAL_DAYS: i64 = 30;

/// The last day of that time, before it is moved off rest days.
pub fn judicial_due(effective_on: NaiveDate) -> NaiveDate {
    effective_on + TimeDelta::days(JUDICIAL_DAYS)
}

crate::text_enum! {
    /// How far a court is.
    pub enum JudicialState {
        /// Not asked, or the parties took their application back.
        None = "none" "未申请",
        Applied = "applied" "已申请",
        Confirmed = "confirmed" "已确认",
        /// Not taken on, or not confirmed.
        Rejected = "rejected" "不予受理、不予确认",
    }
}

crate::text_enum! {
    /// What became of an application.
    pub enum CourtResult {
        Confirmed = "confirmed" "确认有效",
        Rejected = "rejected" "不予受理、不予确认",
        /// The parties took it back before the court decided.
        Withdrawn = "withdrawn" "当事人撤回申请",
    }
}

/// What a court was asked and said, as it is stored; at most one row of a dispute.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = court_confirmations, primary_key(case_id), treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct CourtRow {
    /// The dispute's case.
    pub case_id: Id<Case>,
    /// As in the file.
    pub area_code: AreaCode,
    /// How far it is.
    pub state: JudicialState,
    /// Which court.
    pub court: String,
    /// The day on which both parties applied.
    pub applied_on: NaiveDate,
    /// The day on which the court decided, or the parties took the application back.
    pub decided_on: Option<NaiveDate>,
    /// The number of the court's document.
    pub document_no: Option<String>,
}

/// That both parties applied.
#[derive(Debug, Clone)]
pub struct Application {
    /// Which court.
    pub court: String,
    /// The day.
    pub applied_on: NaiveDate,
    /// Who applied.
    pub applicants: Vec<Id<Party>>,
}

impl Application {
    /// 422 on 人民调解法 33 unless everybody on the two sides applied together, and within the time that ends on
    /// `last_day`.
    pub fn check(
        &self,
        row: &DisputeRow,
        parties: &[PartyRow],
        last_day: NaiveDate,
        today: NaiveDate,
    ) -> Result<()> {
        let mut check = Check::new();
        if on_both_sides(parties).any(|party| !self.applicants.contains(&party.id)) {
            check.refuse("applicants", "须由双方当事人共同申请");
        }
        if self.applicants.iter().any(|id| parties.iter().all(|party| party.id != *id)) {
            check.refuse("applicants", "含有不是本件当事人的编号");
        }
        if row.effective_on.is_some_and(|day| self.applied_on < day) || self.applied_on > today {
            check.refuse("applied_on", "应在协议生效之日到今天之间");
        } else if self.applied_on > last_day {
            let why = format!("须自调解协议生效之日起三十日内申请,最后一日为 {last_day}");
            check.refuse("applied_on", why);
        }
        check.finish(()).map_err(|problem: Problem| problem.on_basis(MEDIATION_LAW, "第三十三条"))
    }

    /// The row that stands for it.
    pub fn into_row(self, row: &DisputeRow) -> CourtRow {
        CourtRow {
            case_id: row.case_id,
            area_code: row.area_code.clone(),
            state: JudicialState::Applied,
            court: self.court,
            applied_on: self.applied_on,
            decided_on: None,
            document_no: None,
        }
    }
}

/// What the court said, or that the parties did not wait for it.
#[derive(Debug, Clone)]
pub struct Decision {
    /// What became of it.
    pub result: CourtResult,
    /// The day.
    pub decided_on: NaiveDate,
    /// The number of the court's document.
    pub document_no: Option<String>,
}

impl Decision {
    /// 422 for a day before the application or after today, and without the number of the document by which a court
    /// decides (规定 4, 8).
    pub fn check(&self, court: &CourtRow, today: NaiveDate) -> Result<()> {
        let mut check = Check::new();
        if self.decided_on < court.applied_on || self.decided_on > today {
            check.refuse("decided_on", "应在申请之日到今天之间");
        }
        if self.result != CourtResult::Withdrawn && self.document_no.is_none() {
            check.refuse("document_no", "须写明人民法院文书的编号");
        }
        check.finish(()).map_err(|problem: Problem| problem.on_basis(CONFIRMATION_RULES, "第八条"))
    }

    /// The row after it. What the parties took back may be asked for again while there is time (规定 5).
    pub fn applied_to(&self, court: &CourtRow) -> CourtRow {
        let state = match self.result {
            CourtResult::Confirmed => JudicialState::Confirmed,
            CourtResult::Rejected => JudicialState::Rejected,
            CourtResult::Withdrawn => JudicialState::None,
        };
        CourtRow {
            state,
            decided_on: Some(self.decided_on),
            document_no: self.document_no.clone(),
            ..court.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::disputes::model::PartySide::{Applicant, Respondent, Third};
    use crate::features::disputes::model::samples::{matter, party};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_court_is_asked_within_thirty_days_and_the_first_day_does_not_count() {
        assert_eq!(judicial_due(day("2022-01-28")), day("2022-02-27"));
        assert_eq!(judicial_due(day("2024-01-31")), day("2024-03-01"));
    }

    #[test]
    fn both_sides_apply_together_and_in_time_by_article_33() {
        let mut matter =
            matter(vec![party(Applicant, Some(true)), party(Respondent, Some(true)), party(Third, None)]);
        matter.row.effective_on = Some(day("2026-03-02"));
        let refused = |applied: &str, who: &[usize]| {
            let applicants = who.iter().map(|n| matter.parties[*n].id).collect();
            let application = Application { court: String::new(), applied_on: day(applied), applicants };
            let checked =
                application.check(&matter.row, &matter.parties, day("2026-04-01"), day("2026-05-01"));
            checked.err().map(|problem| {
                let field = problem.errors()[0].field.clone();
                (field, problem.body("").basis.unwrap().article)
            })
        };
        let on = |field: &str| Some((field.to_owned(), "第三十三条"));
        assert_eq!(refused("2026-03-02", &[0, 1]), None);
        assert_eq!(refused("2026-04-01", &[0, 1, 2]), None);
        assert_eq!(refused("2026-04-02", &[0, 1]), on("applied_on"));
        assert_eq!(refused("2026-03-01", &[0, 1]), on("applied_on"));
        assert_eq!(refused("2026-05-02", &[0, 1]), on("applied_on"));
        assert_eq!(refused("2026-03-20", &[0]), on("applicants"));
    }

    #[test]
    fn a_court_decides_by_a_document_and_what_is_taken_back_may_be_asked_again() {
        let matter = matter(vec![]);
        let application =
            Application { court: "示例法院".into(), applied_on: day("2026-03-10"), applicants: vec![] };
        let row = application.into_row(&matter.row);
        let decision = |result, on: &str, no: Option<&str>| Decision {
            result,
            decided_on: day(on),
            document_no: no.map(str::to_owned),
        };
        let today = day("2026-04-01");
        assert!(decision(CourtResult::Confirmed, "2026-03-20", Some("示例1号")).check(&row, today).is_ok());
        assert!(decision(CourtResult::Rejected, "2026-03-20", None).check(&row, today).is_err());
        assert!(decision(CourtResult::Confirmed, "2026-03-09", Some("示例1号")).check(&row, today).is_err());
        let back = decision(CourtResult::Withdrawn, "2026-03-12", None);
        assert!(back.check(&row, today).is_ok());
        assert_eq!(back.applied_to(&row).state, JudicialState::None);
    }
}
