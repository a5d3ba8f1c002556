//! What a drill of an outage says in the end.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::latency::{Figures, Phase, figures};
use super::ledger::Agreement;
use super::load::{Sample, What};
use super::watch::Seen;

/// What moved by less than this share has not moved.
const MOVED: f64 = 0.10;
/// What stands as being sent at most, by channel: messages on their way at once, a wave that was begun, and one that is
/// being written down (`features/notices/sending.rs`).
const PLACES: [(&str, i64); 2] = [("wx_subscribe", 256 + 64 + 64), ("sms", 512 + 64 + 64)];
/// What the ledger calls the channels.
const NAMES: [(&str, &str); 2] = [("wx_subscribe", "subscribe"), ("sms", "sms_aliyun")];
/// In the order of the story.
const PHASES: [&str; 7] =
    ["calm", "publishing", "sending", "out", "back for a moment", "hanging", "catching up"];

/// The moment at which the gateway came back, in milliseconds since 1970, and what was due then, by channel.
pub struct Return {
    /// When.
    pub back: i64,
    /// Keys of what is urgent.
    pub urgent: BTreeMap<String, BTreeSet<String>>,
    /// Keys of everything else.
    pub ordinary: BTreeMap<String, BTreeSet<String>>,
}

/// Prints the latencies; whether none moved while the gateway was out or hung.
pub fn latencies(phases: &[Phase], samples: &[Sample], window: Duration) -> bool {
    let mut steady = true;
    for (what, title) in [(What::Intake, "intake"), (What::Reading, "reading")] {
        let of = |name| figures(name, what, (phases, samples), window);
        let (calm, sending) = (of("calm"), of("sending"));
        println!("{title}: ms, medians of windows; p99 as a ratio to calm and to sending");
        println!(
            "  phase              windows requests  ill     p50     p99  (lowest to highest)  /calm  /sending"
        );
        for name in PHASES {
            let Some(f) = of(name) else { continue };
            let to = |base: &Option<Figures>| base.as_ref().map_or(f64::NAN, |base| f.p99 / base.p99);
            println!(
                "  {name:<18} {:>7} {:>8} {:>4} {:>7.2} {:>7.2}  ({:>6.2} to {:>6.2})     {:>6.2}    {:>6.2}",
                f.windows,
                f.requests,
                f.ill,
                f.p50,
                f.p99,
                f.between.0,
                f.between.1,
                to(&calm),
                to(&sending)
            );
        }
        for name in ["out", "hanging"] {
            let Some(f) = of(name) else { continue };
            for (base, word) in [(&calm, "calm"), (&sending, "sending")] {
                let Some(base) = base else { continue };
                let moved = f.p99 / base.p99 - 1.0;
                let kept = moved < MOVED;
                steady &= kept;
                let says = if kept { "moved less than 10 %" } else { "MOVED 10 % OR MORE" };
                println!("  {title} p99, {name} against {word}: {:+.1} %, {says}", moved * 100.0);
            }
        }
        if let Some(calm) = calm {
            let (low, high) = calm.between;
            println!(
                "  the noise: calm windows differ by {:.0} % among themselves",
                (high / low - 1.0) * 100.0
            );
        }
    }
    steady
}

/// Prints what was seen of the server, and notes what grew. `pool` connections are opened one by one as they are needed.
pub fn watched(seen: &BTreeMap<&'static str, Seen>, pool: u32, wrong: &mut Vec<String>) {
    println!("seen at most: messages being sent, connections to the database, open files");
    for name in PHASES {
        let Some(seen) = seen.get(name) else { continue };
        println!("  {name:<18} {:?} {} {}", seen.sending, seen.connections, seen.files);
        for (channel, most) in PLACES {
            let n = seen.sending.get(channel).copied().unwrap_or_default();
            if n > most {
                wrong.push(format!("{name}: {n} messages of {channel} on their way, {most} at most"));
            }
        }
    }
    let most = |names: &[&str]| {
        let all = seen.iter().filter(|(name, _)| names.contains(name)).map(|(_, seen)| seen.connections);
        all.max().unwrap_or_default()
    };
    let (before, after) = (most(&["warming up", "calm", "sending"]), most(&["out", "hanging"]));
    // Beside the pool: the writer, and on PostgreSQL whoever listens.
    if after > before.max(i64::from(pool) + 2) {
        wrong.push(format!("connections to the database grew from {before} to {after}"));
    }
}

/// Prints how the backlogs left, and notes what left too fast or out of turn.
pub fn returned(
    returns: &[Return],
    taken: &BTreeMap<String, Vec<(i64, String)>>,
    rate: u32,
    wrong: &mut Vec<String>,
) {
    // Messages leave evenly; on their way some catch up with others, by what a busy machine stands still.
    let most = rate as usize + (rate as usize / 10).max(2);
    for (channel, name) in NAMES {
        let Some(times) = taken.get(name) else {
            wrong.push(format!("{channel}: nothing was sent"));
            continue;
        };
        let whole = busiest(times);
        println!("{channel}: {whole} messages in the busiest second of all, of {rate} agreed");
        if whole > most {
            wrong.push(format!("{channel}: {whole} messages in one second, of {rate} agreed"));
        }
        for Return { back, urgent, ordinary } in returns {
            let after = &times[times.partition_point(|(at, _)| at < back)..];
            let none = BTreeSet::new();
            let (urgent, ordinary) =
                (urgent.get(channel).unwrap_or(&none), ordinary.get(channel).unwrap_or(&none));
            let first = after.first().map_or(f64::NAN, |(at, _)| (at - back) as f64 / 1e3);
            let last = after.iter().rev().find(|(_, key)| urgent.contains(key)).map_or(*back, |(at, _)| *at);
            let early = after.iter().filter(|(at, key)| *at < last && ordinary.contains(key)).count();
            println!(
                "  back: the first after {first:.1} s, {} urgent of {} by {:.1} s, {early} ordinary before the last \
                 of them, {} in the busiest second",
                after.iter().filter(|(_, key)| urgent.contains(key)).count(),
                urgent.len(),
                (last - back) as f64 / 1e3,
                busiest(after)
            );
            let places = PLACES.iter().find(|(one, _)| *one == channel).map_or(0, |(_, n)| *n);
            if early as i64 > places {
                wrong.push(format!("{channel}: {early} ordinary messages went before what was urgent"));
            }
        }
    }
}

/// The most messages within one second, wherever it begins.
fn busiest(times: &[(i64, String)]) -> usize {
    let (mut first, mut most) = (0, 0);
    for (n, (at, _)) in times.iter().enumerate() {
        while times[first].0 <= at - 1000 {
            first += 1;
        }
        most = most.max(n + 1 - first);
    }
    most
}

/// Prints how the deliveries agree with the ledger, and notes what was lost or sent twice.
pub fn agreed(came: &Agreement, rounds: usize, wrong: &mut Vec<String>) {
    came.print();
    if !came.lost.is_empty() || came.strange > 0 {
        wrong.push("the ledger and the deliveries do not agree".to_owned());
    }
    if came.twice.values().any(|n| *n > 0) {
        wrong.push(format!("messages were sent twice: {:?}", came.twice));
    }
    let gone = ["technical_failure", "permanent_failure", "temporary_failure", "refused", "cancelled"];
    let gone: u64 = gone.iter().map(|state| came.count(state)).sum();
    if gone > 0 {
        wrong.push(format!("{gone} deliveries were given up"));
    }
    // What is ordinary and was on its way by the channel that knows no keys when the gateway began to hang.
    let unknown = came.count("unknown");
    if unknown > rounds as u64 * 288 {
        wrong.push(format!("{unknown} deliveries ended in doubt"));
    }
}
