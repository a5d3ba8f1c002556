//! Servers that a tool starts itself and ends itself, by process id.

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::time::{Instant, sleep, timeout};

use crate::http::{Connection, get};

/// A running server; dropping it ends it.
#[derive(Debug)]
pub struct Process(Child);

/// Runs `command` in a shell and waits for its end.
///
/// # Errors
/// No shell, or a command that failed.
pub fn shell(command: &str) -> Result<()> {
    let status = Command::new("sh").args(["-c", command]).status().context("starting sh")?;
    ensure!(status.success(), "`{command}` ended with {status}");
    Ok(())
}

impl Process {
    /// Starts `command`, one simple command: the shell gives its process to the server.
    ///
    /// # Errors
    /// No shell.
    pub fn start(command: &str) -> Result<Self> {
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("exec {command}")]).stdin(Stdio::null()).stdout(Stdio::null());
        Ok(Self(shell.spawn().context("starting sh")?))
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.0.id()
    }

    /// Waits until `path` is answered with 200 and says how long that took from now.
    ///
    /// # Errors
    /// The process ended, or was not ready within `limit`.
    pub async fn ready(&mut self, address: SocketAddr, path: &str, limit: Duration) -> Result<Duration> {
        let begin = Instant::now();
        while !answers(address, path).await {
            if let Some(status) = self.0.try_wait()? {
                bail!("the server ended with {status} before it was ready");
            }
            ensure!(begin.elapsed() < limit, "the server was not ready within {limit:?}");
            sleep(Duration::from_millis(2)).await;
        }
        Ok(begin.elapsed())
    }

    /// kill -9, and waits until it is gone.
    ///
    /// # Errors
    /// It had ended by itself, which it should not have.
    pub fn kill(mut self) -> Result<()> {
        if let Some(status) = self.0.try_wait()? {
            bail!("the server had ended by itself: {status}");
        }
        self.0.kill()?;
        self.0.wait()?;
        Ok(())
    }

    /// SIGTERM, and SIGKILL where that did not help within 10 s.
    ///
    /// # Errors
    /// Those of the system.
    pub async fn stop(mut self) -> Result<()> {
        kill(Pid::from_raw(self.pid().cast_signed()), Signal::SIGTERM)?;
        let begin = Instant::now();
        while self.0.try_wait()?.is_none() && begin.elapsed() < Duration::from_secs(10) {
            sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Whether `path` is answered with 200 now.
pub async fn answers(address: SocketAddr, path: &str) -> bool {
    let mut request = Vec::new();
    get(&mut request, path, "none");
    let mut connection = Connection::new(address);
    let answer = timeout(Duration::from_secs(1), connection.send(&request)).await;
    matches!(answer, Ok(Ok(answer)) if answer.status == 200)
}
