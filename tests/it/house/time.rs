//! Only the clock asks the time.

use super::sources::below;

/// Who may, and why.
const MAY: &[(&str, &str)] = &[("src/base/clock.rs", "it is the clock")];

#[test]
fn only_the_clock_asks_the_time() {
    let asks = ["Utc::now", "Local::now", "SystemTime::now"];
    let wrong: Vec<_> = below("src", "rs")
        .into_iter()
        .filter(|f| !MAY.iter().any(|(path, _)| *path == f.path))
        .filter(|f| asks.iter().any(|ask| f.code().contains(ask)))
        .map(|f| f.path)
        .collect();
    assert!(wrong.is_empty(), "take the time from base::clock::Clock (tests set it): {wrong:?}");
}
