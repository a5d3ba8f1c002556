//! Displays as JSON.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::actions::Access;
use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::sessions::model::WallDisplay;
use crate::platform::access::{Display, RandomSecret, Session};

/// The longest name, in characters.
const NAME: usize = 60;

/// A display to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "指挥中心大屏", "area": "500114119"}))]
pub struct NewDisplay {
    /// Where it hangs.
    #[schema(min_length = 1, max_length = 60)]
    pub name: String,
    /// What it shows; everything inside belongs to it.
    pub area: AreaCode,
}

impl NewDisplay {
    pub(super) fn parse(self) -> Result<(String, AreaCode)> {
        let mut check = Check::new();
        let name = check.text("name", &self.name, 1, NAME);
        check.finish((name, self.area))
    }
}

/// A display.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "display_01h455vb4pex5vsknk084sn02q", "name": "指挥中心大屏", "area": "500114119",
    "created_at": "2026-03-05T01:30:00.000Z", "secret": "bm90IGEgcmVhbCBzZWNyZXQsIGp1c3QgYW4gZXhhbXBsZQ"
}))]
pub struct DisplayView {
    /// The display.
    pub id: Id<Display>,
    /// Where it hangs.
    pub name: String,
    /// What it shows.
    pub area: AreaCode,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was taken out of service.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub revoked_at: Option<Timestamp>,
    /// What it signs in with; only in the first answer to making it. When that was lost, make another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

impl DisplayView {
    pub(super) fn new(display: WallDisplay, secret: Option<&RandomSecret>) -> Self {
        let WallDisplay { id, area, name, created_at, revoked_at } = display;
        Self { id, name, area, created_at, revoked_at, secret: secret.map(RandomSecret::expose) }
    }
}

/// The id of a display and its secret.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"id": "display_01h455vb4pex5vsknk084sn02q", "secret": "bm90IGEgcmVhbCBzZWNyZXQsIGp1c3QgYW4gZXhhbXBsZQ"}))]
pub struct DisplaySignIn {
    /// The display.
    pub id: Id<Display>,
    /// From the answer to making it.
    #[schema(value_type = String, format = Password, max_length = 64)]
    pub secret: SecretString,
}

impl DisplaySignIn {
    /// The id, and the secret if it can be one of ours.
    pub(super) fn parse(&self) -> (Id<Display>, Option<RandomSecret>) {
        (self.id, RandomSecret::parse(self.secret.expose_secret()))
    }
}

/// A token for a display; there is none to refresh it with.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "session": "session_01h455vb4pex5vsknk084sn02q", "access_token": "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJIUzI1NiIsImtpZCI6ImsxIn0.e30.c2ln",
    "access_expires_at": "2026-01-05T01:45:00.000Z"
}))]
pub struct DisplayToken {
    /// The session.
    pub session: Id<Session>,
    /// For `Authorization: Bearer`.
    pub access_token: String,
    /// When it ends; 15 minutes. Sign in again before that.
    #[schema(value_type = String, format = DateTime)]
    pub access_expires_at: Timestamp,
}

impl From<Access> for DisplayToken {
    fn from(access: Access) -> Self {
        Self { session: access.session, access_token: access.token, access_expires_at: access.ends_at }
    }
}
