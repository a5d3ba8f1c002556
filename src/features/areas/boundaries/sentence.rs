//! What the map says of a point, as a sentence for people.

use std::fmt::Write;

use chrono::NaiveDate;

use super::locate::{Finding, Placing};
use super::map::Boundary;

/// One sentence: which grid, how far from its border, and what else it may be. `off_m` is how far off the point may
/// be; `then` is the day asked for when it is not today.
pub(super) fn sentence(found: &Finding, off_m: f64, then: Option<NaiveDate>) -> String {
    let mut said = then.map(|day| format!("按 {day} 的边界,")).unwrap_or_default();
    let border = found.border_m.map(metres).unwrap_or_default();
    let name = found.chosen.map(quoted).unwrap_or_default();
    // Writing to a text cannot fail.
    let _ = match found.method {
        Placing::None => write!(said, "该位置 {}以内没有您辖区内的网格", metres(off_m)),
        Placing::Nearest => write!(said, "该位置不在任何网格内,最近的是{name},相距约 {border}"),
        Placing::Inside => write!(said, "该位置在{name}内,距边界约 {border}"),
        Placing::MicroGrid => {
            let micro = found.micro.map(|micro| format!("“{}”", micro.name)).unwrap_or_default();
            write!(said, "该位置在{name}的微网格{micro}内,距边界约 {border}")
        }
    };
    if !found.candidates.is_empty() {
        let _ = write!(said, ",不超过定位误差 {}", metres(off_m));
        let others = found.candidates.iter().skip(1);
        let others: Vec<_> = others
            .map(|other| format!("{}(约 {})", quoted(other.boundary), metres(other.distance_m)))
            .collect();
        if !others.is_empty() {
            let _ = write!(said, ",也可能属于{}", others.join("、"));
        }
    }
    said.push('。');
    said
}

fn quoted(boundary: &Boundary) -> String {
    format!("“{}”", boundary.grid_name)
}

/// As people say distances: metres below a kilometre, then kilometres.
fn metres(metres: f64) -> String {
    if metres < 1_000.0 { format!("{metres:.0} 米") } else { format!("{:.1} 公里", metres / 1_000.0) }
}
