//! Times that must go by before a step may be taken. They run no clock: nobody is late for them.

use chrono::{Days, NaiveDate};

use super::Unit;
use crate::base::clock::Timestamp;
use crate::base::problem::{Basis, Code, Problem, Result};
use crate::features::clocks::calendar;

crate::text_enum! {
    /// How long others must be given; JC is 重大行政决策, which towns take by the same rules (条例 42).
    pub enum Minimum {
        Comment = "JC-COMMENT" "公开征求意见",
        HearingPapers = "JC-HEARING" "听证材料送达",
        LegalReview = "JC-LEGAL" "合法性审查",
    }
}

const LAW: &str = "重大行政决策程序暂行条例";

impl Minimum {
    /// How much time it is at least.
    pub const fn least(self) -> (u16, Unit) {
        match self {
            // 不少于30日.
            Self::Comment => (30, Unit::Day),
            // 于召开听证会7日前送达.
            Self::HearingPapers => (7, Unit::Day),
            // 不少于7个工作日.
            Self::LegalReview => (7, Unit::Workday),
        }
    }

    /// The law that sets it.
    pub const fn basis(self) -> Basis {
        let article = match self {
            Self::Comment => "第十五条",
            Self::HearingPapers => "第十六条",
            Self::LegalReview => "第二十六条",
        };
        Basis { law: LAW, article }
    }

    /// The first day on which what it protects may happen, when it began at `start`. That day is not counted (民法典 201), a
    /// last day that is a rest day moves on (203), and the last day is the protected people's to its end.
    /// 503 `calendar_missing` when it reaches into a year that is not known.
    pub fn over_on(self, start: Timestamp) -> Result<NaiveDate> {
        let day = start.local_date();
        let last = match self.least() {
            (n, Unit::Workday) => calendar::after(day, n)?,
            (n, _) => calendar::on_or_after(day + Days::new(n.into()))?,
        };
        Ok(last + Days::new(1))
    }

    /// 409 `guard_refused` on the law, while what it protects may not happen on `day` yet.
    pub fn guard(self, start: Timestamp, day: NaiveDate) -> Result<()> {
        let earliest = self.over_on(start)?;
        if day >= earliest {
            return Ok(());
        }
        let ((n, unit), Basis { law, article }) = (self.least(), self.basis());
        let what = self.label();
        let why = format!("“{what}”不少于 {n} {},最早可于 {earliest} 进行下一步", unit.label());
        Err(Problem::because(Code::GuardRefused, why).on_basis(law, article))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn over(minimum: Minimum, start: &str) -> NaiveDate {
        minimum.over_on(Timestamp::end_of(day(start))).unwrap()
    }

    #[test]
    fn thirty_days_are_thirty_whole_days_and_do_not_end_on_a_rest_day() {
        // From Monday 2 March: 30 days end on Wednesday 1 April.
        assert_eq!(over(Minimum::Comment, "2026-03-02"), day("2026-04-02"));
        // From 5 March they end on Saturday 4 April, 清明: rest until the 6th, so on the 7th.
        assert_eq!(over(Minimum::Comment, "2026-03-05"), day("2026-04-08"));
        assert_eq!(over(Minimum::HearingPapers, "2026-03-02"), day("2026-03-10"));
    }

    #[test]
    fn seven_working_days_pass_over_festivals_and_count_the_days_worked_in_exchange() {
        // After 9 February 2026: 10-14 (the 14th works), then the festival until the 23rd, 24, 25.
        assert_eq!(over(Minimum::LegalReview, "2026-02-09"), day("2026-02-26"));
    }

    #[test]
    fn a_step_before_the_time_is_over_is_refused_on_the_law() {
        let start = Timestamp::start_of(day("2026-03-02"));
        let refusal = Minimum::Comment.guard(start, day("2026-04-01")).unwrap_err();
        assert_eq!(refusal.code(), Code::GuardRefused);
        assert!(refusal.detail().contains("2026-04-02"), "{refusal}");
        assert_eq!(refusal.body("").basis.unwrap().article, "第十五条");
        assert!(Minimum::Comment.guard(start, day("2026-04-02")).is_ok());
        for &minimum in Minimum::ALL {
            assert!(minimum.guard(start, day("2026-03-03")).is_err(), "{minimum}");
        }
    }

    #[test]
    fn a_year_that_is_not_known_is_an_error() {
        let start = Timestamp::start_of(calendar::last_known());
        let unknown = Minimum::LegalReview.over_on(start).unwrap_err();
        assert_eq!(unknown.code(), Code::CalendarMissing);
    }
}
