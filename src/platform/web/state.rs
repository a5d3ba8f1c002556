//! What every handler may ask for, as `web::Data<App>`.

use std::path::PathBuf;
use std::sync::Arc;

use crate::base::clock::Clock;
use crate::platform::access::Principals;
use crate::platform::access::password::{PasswordGate, PasswordProfile};
use crate::platform::access::token::TokenMint;
use crate::platform::blobs::Blobs;
use crate::platform::db::Db;
use crate::platform::photo;
use crate::platform::privacy::Vault;
use crate::platform::push::{Gateways, WeChat};

/// The built house, as handlers and jobs see it. Made once by `app`; cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// What time it is.
    pub clock: Clock,
    /// Who holds a session.
    pub principals: Principals,
    /// Issues and reads access tokens.
    pub tokens: Arc<TokenMint>,
    /// Seals and opens personal data.
    pub vault: Arc<Vault>,
    /// Hashes passwords.
    pub passwords: PasswordGate,
    /// Which passwords may be chosen.
    pub password_profile: PasswordProfile,
    /// Where photos are kept.
    pub blobs: Blobs,
    /// How large a photo may be.
    pub photo_limits: photo::Limits,
    /// Where files lie while they come in or are made, under no name: a folder on the disk that holds the data.
    pub uploads: PathBuf,
    /// The address that people type, without a slash at its end.
    pub public_url: Arc<str>,
    /// How much may be taken away.
    pub export_limits: ExportLimits,
    /// When people may be disturbed by notices, and how fast they are sent.
    pub notice_limits: NoticeLimits,
    /// How long messages are kept.
    pub message_limits: MessageLimits,
    /// The mini-program's server side; none in a town without one.
    pub wechat: Option<Arc<WeChat>>,
    /// The templates of WeChat messages.
    pub templates: Arc<Templates>,
    /// The other gateways, as far as the town has them.
    pub gateways: Arc<Gateways>,
}

/// How much may be taken away as files.
#[derive(Debug, Clone, Copy)]
pub struct ExportLimits {
    /// Rows of one file.
    pub rows: i32,
    /// Files that one person may ask for on one day.
    pub per_day: i32,
}

impl Default for ExportLimits {
    fn default() -> Self {
        Self { rows: 50_000, per_day: 20 }
    }
}

/// When people may be disturbed by notices, and how fast they are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeLimits {
    /// From which hour on nothing is sent that is not urgent, 0 to 23, Asia/Shanghai.
    pub quiet_from: u32,
    /// From which hour on it is again; the same as `quiet_from`: there is no quiet time.
    pub quiet_until: u32,
    /// Messages to one person on one day that are not urgent; 0: as many as there are.
    pub daily_cap: u32,
    /// Subscribe messages of one process in a second; 0: as many as go.
    pub subscribe_per_second: u32,
    /// Template messages of one process in a second; 0: as many as go.
    pub template_per_second: u32,
    /// Text messages of one process in a second; 0: as many as go.
    pub sms_per_second: u32,
}

impl Default for NoticeLimits {
    fn default() -> Self {
        Self {
            quiet_from: 21,
            quiet_until: 8,
            daily_cap: 3,
            subscribe_per_second: 0,
            template_per_second: 0,
            sms_per_second: 0,
        }
    }
}

/// How long messages are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageLimits {
    /// Days after which a message is forgotten, read or not.
    pub keep_days: u32,
}

/// The templates of WeChat subscribe messages.
#[derive(Debug, Clone, Default)]
pub struct Templates {
    /// A notice to households; without one notices are read in the feed only.
    pub notice: Option<String>,
    /// Its keys, and what stands in each: `("thing1", "title")`.
    pub notice_fields: Vec<(String, String)>,
    /// A message about one's own case; without one messages are read in the app only.
    pub message: Option<String>,
    /// Its keys, and what stands in each: `("phrase1", "progress")`.
    pub message_fields: Vec<(String, String)>,
    /// Templates for which one consent holds for ever.
    pub long: Vec<String>,
}
