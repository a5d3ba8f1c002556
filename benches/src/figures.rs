//! What a measurement says: one JSON line per work, and a table for people.

use std::collections::BTreeMap;

use serde::Serialize;

/// One work on one server in one round.
#[derive(Debug, Clone, Serialize)]
pub struct Figures {
    /// Which server.
    pub server: String,
    /// `W1` to `W8`.
    pub work: String,
    /// The round, from 1.
    pub round: usize,
    /// Connections.
    pub connections: usize,
    /// Requests a second asked for in open loop; absent in closed loop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<f64>,
    /// Operations that succeeded.
    pub operations: u64,
    /// Requests that failed, broken connections included.
    pub errors: u64,
    /// Requests by status; 0 is a broken connection.
    pub statuses: BTreeMap<u16, u64>,
    /// Seconds it took.
    pub seconds: f64,
    /// Operations a second.
    pub per_second: f64,
    /// Median latency in microseconds. W4: until all delivery rows exist.
    pub p50_us: u64,
    /// 99th percentile in microseconds.
    pub p99_us: u64,
    /// Slowest in microseconds.
    pub max_us: u64,
    /// W4: median until the publication itself was answered, in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ack_us: Option<u64>,
    /// W4 with `--writers`: the slowest create beside it, in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub others_max_us: Option<u64>,
    /// Server CPU per operation in microseconds; absent without a process to look at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_us: Option<f64>,
    /// PSS of the server in MiB after the work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pss_mib: Option<f64>,
    /// The part of it that no file backs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anonymous_mib: Option<f64>,
    /// Load average of the machine, one minute.
    pub load: f64,
}

/// The head of [`Figures::row`]'s table.
pub const HEAD: &str = "\
server       work  conn      op/s   cpu us/op    p50 us    p99 us    max us   errors  pss MiB  anon MiB  load";

impl Figures {
    /// One line of the table.
    pub fn row(&self) -> String {
        let or_dash =
            |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.1}"));
        let mut row = format!(
            "{:<12} {:<4} {:>5} {:>9.0} {:>11} {:>9} {:>9} {:>9} {:>8} {:>8} {:>9} {:>5.1}",
            self.server,
            self.work,
            self.connections,
            self.per_second,
            or_dash(self.cpu_us),
            self.p50_us,
            self.p99_us,
            self.max_us,
            self.errors,
            or_dash(self.pss_mib),
            or_dash(self.anonymous_mib),
            self.load,
        );
        if let Some(ack) = self.ack_us {
            row += &format!("  ack {ack} us");
        }
        if let Some(others) = self.others_max_us {
            row += &format!("  others' max {others} us");
        }
        if self.errors > 0 {
            row += &format!("  {:?}", self.statuses);
        }
        row
    }
}

/// The median of `values`; `None` of none.
pub fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len().checked_sub(1)? / 2;
    Some(if values.len() % 2 == 1 { values[middle] } else { (values[middle] + values[middle + 1]) / 2.0 })
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_the_middle_or_the_mean_of_the_two() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }
}
