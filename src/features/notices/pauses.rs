//! When a message that did not get through is tried again.

use chrono::TimeDelta;

/// The pause before each further try; a message that fails after the last one is given up.
#[derive(Debug, Clone)]
pub struct Pauses {
    /// Of what is urgent: more than an hour in all, ten tries within the first minute; and once minutes have passed no
    /// pause is half as long as the time before it, so that few wait long for a gateway that is back.
    pub urgent: Vec<TimeDelta>,
    /// Of everything else.
    pub ordinary: Vec<TimeDelta>,
}

impl Default for Pauses {
    fn default() -> Self {
        Self {
            urgent: [
                5, 5, 5, 5, 5, 5, 5, 5, 10, 10, 15, 15, 30, 45, 60, 90, 120, 200, 300, 450, 600, 900, 1200,
            ]
            .map(TimeDelta::seconds)
            .to_vec(),
            ordinary: [30, 120, 600, 3600].map(TimeDelta::seconds).to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_urgent_message_is_tried_ten_times_within_a_minute() {
        let nine: TimeDelta = Pauses::default().urgent[..9].iter().sum();
        assert!(nine <= TimeDelta::minutes(1), "{nine}");
    }

    #[test]
    fn after_the_first_minutes_no_urgent_pause_is_half_as_long_as_the_time_before_it() {
        let mut passed = TimeDelta::zero();
        for pause in Pauses::default().urgent {
            assert!(passed < TimeDelta::minutes(4) || pause * 2 < passed, "{pause} after {passed}");
            passed += pause;
        }
        assert!(passed > TimeDelta::hours(1), "{passed}");
    }
}
