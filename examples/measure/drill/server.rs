//! The server under test: started, asked to publish, killed.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use wangge::base::id::Id;
use wangge::features::notices::Notice;

use super::Failure;

/// A server that this drill started.
pub struct Server {
    process: Child,
    /// Where it listens.
    pub base: String,
}

impl Server {
    /// Starts `words`, and returns once it is ready.
    pub async fn start(words: &str, base: &str) -> Result<Self, Failure> {
        let mut words = words.split_whitespace();
        let program = words.next().ok_or("nothing to start")?;
        let process = Command::new(program).args(words).stdin(Stdio::null()).spawn()?;
        let this = Self { process, base: base.to_owned() };
        let (http, began) = (reqwest::Client::new(), Instant::now());
        while began.elapsed() < Duration::from_secs(20) {
            let ready = http.get(format!("{}/readyz", this.base)).send().await;
            if ready.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(this);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err("the server does not come up".into())
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Publishes an approved notice with the pass of the office; how long the answer took.
    pub async fn publish(&self, pass: &str, notice: Id<Notice>) -> Result<Duration, Failure> {
        let began = Instant::now();
        let answer = reqwest::Client::new()
            .post(format!("{}/api/v1/notices/{notice}/publication", self.base))
            .bearer_auth(pass)
            .header("If-Match", "\"1\"")
            .send()
            .await?;
        let (status, took) = (answer.status(), began.elapsed());
        if !status.is_success() {
            return Err(format!("publication: {status} {}", answer.text().await?).into());
        }
        Ok(took)
    }

    /// Kills it with SIGKILL.
    pub fn kill(&mut self) -> Result<(), Failure> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }
}

/// A drill that fails leaves nobody behind.
impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
