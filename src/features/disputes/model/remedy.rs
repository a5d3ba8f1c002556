//! What the parties can still do when mediation or its agreement came to nothing.

use super::{DisputeState, JudicialState, MEDIATION_LAW, Matter};
use crate::base::problem::Basis;

crate::text_enum! {
    /// Another way to one's right.
    pub enum Remedy {
        Arbitration = "arbitration" "依法申请仲裁",
        Administration = "administration" "请求行政机关依法处理",
        Lawsuit = "lawsuit" "向人民法院提起诉讼",
        Enforcement = "enforcement" "向人民法院申请强制执行",
        Renegotiation = "renegotiation" "通过人民调解变更原协议或者达成新的协议",
    }
}

impl Matter {
    /// Which ways are open now, and by which article: when nothing was agreed (26); when an agreement was broken, by
    /// whether a court had confirmed it (32, 33).
    pub fn remedies(&self) -> Option<(&'static [Remedy], Basis)> {
        use Remedy::{Administration, Arbitration, Enforcement, Lawsuit, Renegotiation};
        let (open, article): (&[Remedy], _) = match (self.row.state, self.judicial_state()) {
            (DisputeState::Failed | DisputeState::Transferred, _) => {
                (&[Arbitration, Administration, Lawsuit], "第二十六条")
            }
            (DisputeState::Breached, JudicialState::Confirmed) => (&[Enforcement], "第三十三条"),
            (DisputeState::Breached, JudicialState::Rejected) => (&[Renegotiation, Lawsuit], "第三十三条"),
            (DisputeState::Breached, JudicialState::None | JudicialState::Applied) => {
                (&[Lawsuit], "第三十二条")
            }
            (
                DisputeState::Registered
                | DisputeState::Accepted
                | DisputeState::Mediating
                | DisputeState::Agreed
                | DisputeState::Performing
                | DisputeState::Fulfilled
                | DisputeState::Refused
                | DisputeState::Withdrawn
                | DisputeState::Archived,
                _,
            ) => return None,
        };
        Some((open, Basis { law: MEDIATION_LAW, article }))
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::features::disputes::model::CourtRow;
    use crate::features::disputes::model::samples::matter;

    #[test]
    fn what_is_open_after_a_breach_depends_on_what_the_court_said() {
        let mut matter = matter(vec![]);
        matter.row.state = DisputeState::Breached;
        for (state, open, article) in [
            (None, &[Remedy::Lawsuit][..], "第三十二条"),
            (Some(JudicialState::Applied), &[Remedy::Lawsuit], "第三十二条"),
            (Some(JudicialState::Confirmed), &[Remedy::Enforcement], "第三十三条"),
            (Some(JudicialState::Rejected), &[Remedy::Renegotiation, Remedy::Lawsuit], "第三十三条"),
        ] {
            matter.court = state.map(|state| CourtRow {
                case_id: matter.row.case_id,
                area_code: matter.row.area_code.clone(),
                state,
                court: "示例法院".into(),
                applied_on: NaiveDate::default(),
                decided_on: None,
                document_no: None,
            });
            let (found, basis) = matter.remedies().unwrap();
            assert_eq!((found, basis.article), (open, article), "{state:?}");
        }
    }

    #[test]
    fn nothing_is_told_while_mediation_or_performance_goes_on() {
        let mut matter = matter(vec![]);
        let told = [DisputeState::Failed, DisputeState::Transferred, DisputeState::Breached];
        for &state in DisputeState::ALL {
            matter.row.state = state;
            assert_eq!(matter.remedies().is_some(), told.contains(&state), "{state}");
        }
    }
}
