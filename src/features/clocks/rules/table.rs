//! The table itself. Where no law is named the township set the time itself.

use super::Level::{District, Leader, Town, Village};
use super::{Extension, Level, Rule, Terms, Unit};
use crate::base::problem::Basis;

impl Rule {
    /// What the rule says.
    pub const fn terms(self) -> Terms {
        match self {
            // An order names the day (安全生产法 65: 责令限期整改); a danger does not wait for the next working day.
            Self::Rectify => Terms::of(0, Unit::Date)
                .by("安全生产法", "第六十五条")
                .extended(Extension::AsSigned)
                .warn(&[-2])
                .escalate(&[(0, Town), (1, Leader), (3, District)]),
            // The practice of Hubei; 重庆市安全生产条例 names no time.
            Self::Reinspect => {
                Terms::of(10, Unit::Day).warn(&[7]).escalate(&[(10, Town), (11, Leader), (13, District)])
            }
            // 一般在一个月内调结. Parties who agree may go on.
            Self::Mediate => Terms::of(30, Unit::Day)
                .by("人民调解工作若干规定", "第三十三条")
                .extended(Extension::UpTo(30))
                .warn(&[20])
                .escalate(&[(25, Village)]),
            Self::ConfirmInCourt => {
                Terms::of(30, Unit::Day).by("人民调解法", "第三十三条").window().warn(&[20, 27])
            }
            Self::Perform => Terms::of(0, Unit::Date)
                .by("人民调解法", "第三十一条")
                .extended(Extension::AsSigned)
                .warn(&[-3])
                .escalate(&[(0, Village), (7, Town)]),
            Self::ReturnVisit => Terms::of(30, Unit::Day).warn(&[25]).escalate(&[(30, Village)]),
            // 人民调解法 25 demands the report and names no time.
            Self::TellPolice => Terms::of(2, Unit::Hour).warn(&[1]).escalate(&[(2, Town), (4, Leader)]),

            Self::AcceptEvent => Terms::of(24, Unit::Hour).warn(&[20]).escalate(&[(24, Town), (48, Leader)]),
            Self::AcceptUrgentEvent => {
                Terms::of(2, Unit::Hour).warn(&[1]).escalate(&[(2, Town), (4, Leader)])
            }
            Self::AcceptCriticalEvent => {
                Terms::of(15, Unit::Minute).warn(&[5]).escalate(&[(10, Town), (15, Leader)])
            }
            Self::DispatchEvent => Terms::of(4, Unit::Hour).warn(&[3]).escalate(&[(4, Town), (8, Leader)]),
            Self::HandleEvent => Terms::of(3, Unit::Workday)
                .extended(Extension::UpTo(3))
                .warn(&[2])
                .escalate(&[(2, Village), (3, Town)]),
            Self::HandleUrgentEvent => Terms::of(24, Unit::Hour)
                .extended(Extension::UpTo(24))
                .warn(&[18])
                .escalate(&[(24, Town), (48, Leader)]),
            Self::VerifyEvent => Terms::of(2, Unit::Workday).warn(&[1]).escalate(&[(2, Town)]),

            Self::TriagePetition => Terms::of(15, Unit::Day)
                .by("信访工作条例", "第二十二条、第二十三条")
                .warn(&[10, 13])
                .escalate(&[(13, Town), (15, Leader)]),
            Self::ObjectToPetition => {
                Terms::of(5, Unit::Workday).by("信访工作条例", "第二十三条").warn(&[3]).escalate(&[(4, Town)])
            }
            Self::HandlePetition => Terms::of(60, Unit::Day)
                .by("信访工作条例", "第三十四条")
                .extended(Extension::UpTo(30))
                .warn(&[45, 55])
                .escalate(&[(50, Town), (58, Leader)]),
            Self::AskForReview => {
                Terms::of(30, Unit::Day).by("信访工作条例", "第三十五条").window().warn(&[20])
            }
            Self::ReviewPetition => Terms::of(30, Unit::Day)
                .by("信访工作条例", "第三十五条")
                .warn(&[20])
                .escalate(&[(27, Leader)]),
            Self::AskForRecheck => {
                Terms::of(30, Unit::Day).by("信访工作条例", "第三十六条").window().warn(&[20])
            }
            Self::RecheckPetition => Terms::of(30, Unit::Day)
                .by("信访工作条例", "第三十六条")
                .warn(&[20])
                .escalate(&[(27, Leader)]),
            Self::Disclose => Terms::of(20, Unit::Workday)
                .by("政府信息公开条例", "第二十六条")
                .warn(&[15])
                .escalate(&[(20, Town)]),
            Self::AnswerDisclosure => Terms::of(20, Unit::Workday)
                .by("政府信息公开条例", "第三十三条")
                .extended(Extension::UpTo(20))
                .warn(&[15])
                .escalate(&[(18, Town)]),
            Self::AnswerVillage => {
                Terms::of(3, Unit::Day).by(VILLAGE, "第三十一条").warn(&[1]).escalate(&[(3, Town)])
            }
            Self::AnswerVillageInTown => {
                Terms::of(10, Unit::Day).by(VILLAGE, "第三十一条").warn(&[7]).escalate(&[(10, Town)])
            }
            Self::DecidePenalty => Terms::of(90, Unit::Day)
                .by("行政处罚法", "第六十条")
                .warn(&[60, 80])
                .escalate(&[(85, Leader)]),
        }
    }
}

const VILLAGE: &str = "重庆市实施《中华人民共和国村民委员会组织法》办法";

impl Terms {
    const fn of(amount: u16, unit: Unit) -> Self {
        let extension = Extension::Never;
        Self { amount, unit, basis: None, window: false, extension, warn: &[], escalate: &[] }
    }

    const fn by(self, law: &'static str, article: &'static str) -> Self {
        Self { basis: Some(Basis { law, article }), ..self }
    }

    const fn window(self) -> Self {
        Self { window: true, ..self }
    }

    const fn extended(self, extension: Extension) -> Self {
        Self { extension, ..self }
    }

    const fn warn(self, warn: &'static [i16]) -> Self {
        Self { warn, ..self }
    }

    const fn escalate(self, escalate: &'static [(i16, Level)]) -> Self {
        Self { escalate, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_warns_before_its_end_and_escalates_upwards() {
        for &rule in Rule::ALL {
            let Terms { amount, unit, window, warn, escalate, .. } = rule.terms();
            let amount = amount as i16;
            assert_eq!(amount == 0, unit == Unit::Date, "{rule}");
            assert!(!warn.is_empty() && warn.iter().all(|n| *n < amount), "{rule}");
            assert!(warn.is_sorted() && escalate.is_sorted(), "{rule}: later is higher up");
            assert!(escalate.iter().all(|(n, _)| *n >= warn[0]), "{rule}");
            assert!(!window || escalate.is_empty(), "{rule}: nobody is late for a window");
            // Going beyond the end in working days could need a calendar that nobody has yet.
            assert!(unit != Unit::Workday || escalate.iter().all(|(n, _)| *n <= amount), "{rule}");
        }
    }

    #[test]
    fn a_time_is_extended_by_no_more_than_itself() {
        for &rule in Rule::ALL {
            if let Extension::UpTo(most) = rule.terms().extension {
                assert!(most <= rule.terms().amount, "{rule}");
            }
        }
    }
}
