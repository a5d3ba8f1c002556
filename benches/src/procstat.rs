//! What a server spends, read from `/proc`: CPU time of a process, of PostgreSQL with all its backends, and
//! proportional memory (PSS).

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

/// Linux shows CPU time in hundredths of a second to programs, whatever the kernel's own tick.
const TICK: Duration = Duration::from_millis(10);

/// The processes that make up a server.
#[derive(Debug, Clone, Copy, Default)]
pub struct Server {
    /// The server itself.
    pub pid: Option<u32>,
    /// PostgreSQL's parent process, where the server uses one.
    pub postgres: Option<u32>,
}

/// Memory in MiB.
#[derive(Debug, Clone, Copy, Default)]
pub struct Memory {
    /// Proportional set size; counts the pages of a mapped database file, which the system may take back.
    pub pss: f64,
    /// The part of it that no file backs.
    pub anonymous: f64,
}

struct Stat {
    parent: u32,
    own: u64,
    ended_children: u64,
}

fn stat(pid: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in parentheses, may hold spaces; the fields after it are counted from the last parenthesis.
    let fields: Vec<&str> = text.rsplit_once(") ")?.1.split(' ').collect();
    let number = |place: usize| fields.get(place)?.parse::<u64>().ok();
    Some(Stat {
        parent: number(1)? as u32,
        own: number(11)? + number(12)?,
        ended_children: number(13)? + number(14)?,
    })
}

fn children(parent: u32) -> Vec<(u32, Stat)> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(|pid| Some((pid, stat(pid)?)))
        .filter(|(_, stat)| stat.parent == parent)
        .collect()
}

impl Server {
    /// CPU time so far: user and system, of the server, PostgreSQL's parent and its living and ended backends.
    ///
    /// # Errors
    /// A process that is not there.
    pub fn cpu(&self) -> Result<Duration> {
        let mut ticks = 0;
        if let Some(pid) = self.pid {
            ticks += stat(pid).with_context(|| format!("no process {pid}"))?.own;
        }
        if let Some(pid) = self.postgres {
            let parent = stat(pid).with_context(|| format!("no process {pid}"))?;
            ticks += parent.own + parent.ended_children;
            ticks += children(pid).iter().map(|(_, stat)| stat.own).sum::<u64>();
        }
        Ok(TICK * u32::try_from(ticks)?)
    }

    /// Memory; `None` where `/proc` does not tell.
    pub fn memory(&self) -> Option<Memory> {
        Some(Memory { pss: self.sum("Pss:")?, anonymous: self.sum("Pss_Anon:")? })
    }

    fn sum(&self, line: &str) -> Option<f64> {
        let mut pids: Vec<u32> = self.pid.into_iter().chain(self.postgres).collect();
        pids.extend(self.postgres.into_iter().flat_map(children).map(|(pid, _)| pid));
        let each = pids.into_iter().map(|pid| {
            let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
            let line = text.lines().find_map(|text| text.strip_prefix(line))?;
            line.trim().strip_suffix(" kB")?.parse::<f64>().ok()
        });
        each.sum::<Option<f64>>().filter(|sum| *sum > 0.0).map(|kib| kib / 1024.0)
    }
}

/// The machine's load average over the last minute.
pub fn load() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_costs_cpu_time_and_memory_is_seen() {
        let server = Server { pid: Some(std::process::id()), postgres: None };
        let before = server.cpu().unwrap();
        let mut sum = 0u64;
        while server.cpu().unwrap() < before + Duration::from_millis(30) {
            sum = std::hint::black_box(sum + 1);
        }
        assert!(server.memory().unwrap().pss > 0.5);
    }
}
