//! The gateway that a drill brings along.

use serde_json::{Value, json};

use super::{Failure, fake};

/// A gateway in a thread of its own.
pub struct Gateway {
    running: fake::Running,
    http: reqwest::Client,
    at: String,
}

impl Gateway {
    /// Starts it on `port`, for people whom it knows without being told.
    pub async fn start(port: u16) -> Result<Self, Failure> {
        let settings = fake::Settings { port, demo: true, ..Default::default() };
        let running = fake::start(settings).await?;
        let at = format!("http://{}", running.addr);
        Ok(Self { running, http: reqwest::Client::new(), at })
    }

    /// Turns every knob of its faults anew.
    pub async fn turn(&self, knobs: Value) -> Result<(), Failure> {
        let told = self.http.post(format!("{}/__ctl", self.at)).json(&knobs).send().await?;
        told.error_for_status()?;
        Ok(())
    }

    /// All is well from now on.
    pub async fn mend(&self) -> Result<(), Failure> {
        self.turn(json!({})).await
    }

    /// What it took, row by row.
    pub async fn ledger(&self) -> Result<Vec<Value>, Failure> {
        Ok(self.http.get(format!("{}/__ledger", self.at)).send().await?.json().await?)
    }

    /// How often it took a message and the caller could not know.
    pub async fn ambiguous(&self) -> Result<u64, Failure> {
        let told: Value = self.http.get(format!("{}/__ctl", self.at)).send().await?.json().await?;
        Ok(told["ambiguous"].as_u64().unwrap_or_default())
    }

    /// Closes it and every connection.
    pub async fn stop(self) {
        self.running.stop().await;
    }
}
