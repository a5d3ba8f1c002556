//! What a server tells its measurer: where it listens, tokens of demo people, and ids that exist.
//! `ceiling seed` and the product's demo command write it; `load`, `compare` and `drill-kill` read it.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

/// One server's manifest, a JSON object.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifest {
    /// `http://127.0.0.1:8080`, without a path.
    pub base: String,
    /// Bearer tokens that stay valid for the whole run.
    pub tokens: Tokens,
    /// The town's 9-digit code, for the dashboard.
    pub town: String,
    /// Codes of the grids that hold the reports and in which the worker may create more.
    pub grids: Vec<String>,
    /// Ids of existing reports, read in turn by W3.
    #[serde(default)]
    pub case_ids: Vec<String>,
    /// Ids of notices that wait for their publication; W4 uses each once.
    #[serde(default)]
    pub notices: Vec<String>,
    /// Delivery rows that one publication must make.
    #[serde(default)]
    pub households: u64,
}

/// Tokens by what their holder does.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tokens {
    /// A grid worker: creates, lists and reads reports (W1, W2, W3).
    pub worker: String,
    /// A member of staff of the town: steps, publications, dashboard (W4, W6, W7).
    pub staff: String,
    /// Residents, each of another household (W5).
    pub residents: Vec<String>,
}

impl Manifest {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// A file that is absent or no manifest, or one without grids or residents.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        let manifest: Self =
            serde_json::from_slice(&text).with_context(|| format!("{} is no manifest", path.display()))?;
        ensure!(!manifest.grids.is_empty(), "the manifest names no grid");
        Ok(manifest)
    }

    /// Where the server listens.
    ///
    /// # Errors
    /// Any address but loopback: this tool is no weapon.
    pub fn address(&self) -> Result<SocketAddr> {
        loopback(&self.base)
    }
}

/// The address in `base`, if it is on this machine.
///
/// # Errors
/// No plain `http://host:port`, or a host that is not loopback.
pub fn loopback(base: &str) -> Result<SocketAddr> {
    let host = base.strip_prefix("http://").context("the base must begin with http://")?;
    let address = host
        .trim_end_matches('/')
        .to_socket_addrs()
        .with_context(|| format!("{host} is no host:port"))?
        .next()
        .context("the base has no address")?;
    ensure!(address.ip().is_loopback(), "{address} is not loopback: refused");
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_is_measured() {
        assert!(loopback("http://127.0.0.1:8080").is_ok());
        assert!(loopback("http://[::1]:8080").is_ok());
        assert!(loopback("http://192.0.2.1:8080").is_err());
        assert!(loopback("https://127.0.0.1:8080").is_err());
    }
}
