//! Signing in, tokens and oneself as JSON.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::me::{Held, Masked};
use super::model::{Device, DeviceKind, OwnSession, TicketAnswer, Tokens};
use super::wechat::Arrived;
use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::base::sensitive::Phone;
use crate::platform::access::{Actor, ActorKind, Household, Post, Role, Session};

/// The longest code or token that is looked at, in bytes.
const LONGEST: usize = 512;
/// The most templates of one `wx.requestSubscribeMessage`.
const TEMPLATES: usize = 5;

/// The device that somebody signs in on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeviceInput {
    /// A phone stays signed in for 30 days, an office computer for 12 hours.
    pub kind: DeviceKind,
    /// Its name, for the list of one's sign-ins.
    #[schema(min_length = 1, max_length = 60)]
    pub name: String,
}

impl DeviceInput {
    /// The device; one that says nothing of itself is a phone with the mini-program.
    pub(super) fn parse(device: Option<Self>) -> Result<Device> {
        match device {
            Some(device) => Device::parse(device.kind, &device.name),
            None => Ok(Device { kind: DeviceKind::Phone, name: "微信小程序".to_owned() }),
        }
    }
}

/// Phone and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"phone": "13800005678", "password": "River7-Bend", "device": {"kind": "office", "name": "指挥中心 2 号机"}}))]
pub struct PasswordSignIn {
    /// The phone of the account.
    pub phone: String,
    /// The password.
    #[schema(value_type = String, format = Password, max_length = 128)]
    pub password: SecretString,
    /// Where.
    pub device: DeviceInput,
}

/// The old password and a new one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"phone": "13800005678", "password": "River7-Bend", "new_password": "Lake9-Shore"}))]
pub struct PasswordChange {
    /// The phone of the account.
    pub phone: String,
    /// The password so far.
    #[schema(value_type = String, format = Password, max_length = 128)]
    pub password: SecretString,
    /// The one to be.
    #[schema(value_type = String, format = Password, max_length = 128)]
    pub new_password: SecretString,
}

/// A phone as the account has it; 422 for what can be none.
pub(super) fn phone(text: &str) -> Result<Phone> {
    Phone::parse(text).map_err(|why| Problem::field("phone", why.to_string()))
}

/// A code from `wx.login`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "0a3Zyx000ABCdef", "device": {"kind": "phone", "name": "示例手机"}}))]
pub struct WeChatSignIn {
    /// The code, five minutes, once.
    #[schema(max_length = 512)]
    pub code: String,
    /// Where; a phone when absent.
    #[serde(default)]
    pub device: Option<DeviceInput>,
}

/// The link token and a code from `getPhoneNumber`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"link": "AQAB…", "code": "e31968a7f94cc5ee25fafc2aef2773f0bb8c3937b22520eb8ee345274d00c144"}))]
pub struct WeChatPhone {
    /// From the answer to `sign_in_with_wechat`.
    #[schema(max_length = 512)]
    pub link: String,
    /// The code, five minutes, once.
    #[schema(max_length = 512)]
    pub code: String,
    /// Where; a phone when absent.
    #[serde(default)]
    pub device: Option<DeviceInput>,
}

/// A refresh token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"refresh_token": "session_01h455vb4pex5vsknk084sn02q.bm90IGEgcmVhbCB0b2tlbiwganVzdCBhbiBleGFtcGxl"}))]
pub struct RefreshInput {
    /// From the last pair; it works once.
    #[schema(value_type = String, format = Password, max_length = 512)]
    pub refresh_token: String,
}

/// Refuses a text that cannot be what it claims to be, before WeChat or the database is asked.
pub(super) fn bounded(field: &'static str, text: &str) -> Result<()> {
    let fits = (1..=LONGEST).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    if fits { Ok(()) } else { Err(Problem::field(field, "不是有效的凭证")) }
}

/// A pair of tokens.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "session": "session_01h455vb4pex5vsknk084sn02q", "access_token": "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJIUzI1NiIsImtpZCI6ImsxIn0.e30.c2ln",
    "access_expires_at": "2026-01-05T01:45:00.000Z",
    "refresh_token": "session_01h455vb4pex5vsknk084sn02q.bm90IGEgcmVhbCB0b2tlbiwganVzdCBhbiBleGFtcGxl",
    "expires_at": "2026-02-04T01:30:00.000Z"
}))]
pub struct TokenPair {
    /// The session.
    pub session: Id<Session>,
    /// For `Authorization: Bearer`.
    pub access_token: String,
    /// When the access token ends; 15 minutes.
    #[schema(value_type = String, format = DateTime)]
    pub access_expires_at: Timestamp,
    /// For the next pair; it works once.
    pub refresh_token: String,
    /// When the session ends by itself.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

impl From<Tokens> for TokenPair {
    fn from(tokens: Tokens) -> Self {
        Self {
            session: tokens.session,
            access_token: tokens.access,
            access_expires_at: tokens.access_ends_at,
            refresh_token: tokens.refresh,
            expires_at: tokens.ends_at,
        }
    }
}

/// The phone number must be told.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"link": "AQAB…", "link_expires_at": "2026-01-05T01:40:00.000Z"}))]
pub struct LinkView {
    /// For `tell_wechat_phone`.
    pub link: String,
    /// When it ends; 10 minutes.
    #[schema(value_type = String, format = DateTime)]
    pub link_expires_at: Timestamp,
}

/// Tokens for a WeChat user whom we know; a link for one whom we do not.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum ArrivedView {
    /// Signed in.
    In(TokenPair),
    /// Not yet.
    Unlinked(LinkView),
}

impl From<Arrived> for ArrivedView {
    fn from(arrived: Arrived) -> Self {
        match arrived {
            Arrived::In(tokens) => Self::In(tokens.into()),
            Arrived::Unlinked { link, ends_at } => {
                Self::Unlinked(LinkView { link, link_expires_at: ends_at })
            }
        }
    }
}

/// A post of the caller.
#[derive(Debug, Serialize, ToSchema)]
pub struct MyPost {
    /// The role.
    pub role: Role,
    /// The role's name for people.
    pub label: String,
    /// Where.
    pub area: AreaCode,
}

/// A permission of the caller.
#[derive(Debug, Serialize, ToSchema)]
pub struct MyPermission {
    /// Its name, as in `docs/access.md`.
    pub name: String,
    /// Its name for people.
    pub label: String,
    /// Where it holds, with everything inside.
    pub areas: Vec<AreaCode>,
}

/// The caller.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "kind": "staff", "id": "staff_01h455vb4pex5vsknk084sn02q", "name": "示***", "phone": "138****5678", "home": "500114119",
    "posts": [{"role": "grid_worker", "label": "网格员", "area": "500114119201001"}],
    "permissions": [{"name": "hazard.report", "label": "上报安全隐患", "areas": ["500114119201001"]}]
}))]
pub struct MeView {
    /// Staff or resident.
    pub kind: ActorKind,
    /// The account or the person.
    pub id: String,
    /// The name, masked.
    pub name: String,
    /// The phone, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// A worker's town, a resident's grid.
    pub home: AreaCode,
    /// A resident's household.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub household: Option<Id<Household>>,
    /// A resident's address, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The posts held now.
    pub posts: Vec<MyPost>,
    /// What may be done, and where. A resident sees only what is their own or addressed to them.
    pub permissions: Vec<MyPermission>,
}

impl MeView {
    pub(super) fn new(by: &Actor, masked: Masked, held: Vec<Held>) -> Self {
        let post = |post: &Post| MyPost {
            role: post.role,
            label: post.role.label().to_owned(),
            area: post.area.clone(),
        };
        let permission = |held: Held| MyPermission {
            name: held.row.name.to_owned(),
            label: held.row.label.to_owned(),
            areas: held.areas,
        };
        Self {
            kind: by.kind(),
            id: by.shown_id(),
            name: masked.name,
            phone: masked.phone,
            home: by.home().clone(),
            household: by.household(),
            address: masked.address,
            posts: by.posts().iter().map(post).collect(),
            permissions: held.into_iter().map(permission).collect(),
        }
    }
}

/// One of the caller's sign-ins.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "session_01h455vb4pex5vsknk084sn02q", "device": "示例手机", "device_kind": "phone", "current": true,
    "created_at": "2026-01-05T01:30:00.000Z", "seen_at": "2026-01-05T08:12:00.000Z", "expires_at": "2026-02-04T01:30:00.000Z"
}))]
pub struct SessionView {
    /// The session.
    pub id: Id<Session>,
    /// The device's name.
    pub device: String,
    /// What it is.
    pub device_kind: DeviceKind,
    /// Whether it is the one that asks.
    pub current: bool,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it last fetched tokens.
    #[schema(value_type = String, format = DateTime)]
    pub seen_at: Timestamp,
    /// When it ends by itself.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

impl SessionView {
    pub(super) fn new(session: OwnSession, by: &Actor) -> Self {
        Self {
            current: by.session() == Some(session.id),
            id: session.id,
            device: session.device.name,
            device_kind: session.device.kind,
            created_at: session.created_at,
            seen_at: session.seen_at,
            expires_at: session.ends_at,
        }
    }
}

/// What `wx.requestSubscribeMessage` answered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"answers": [{"template": "示例模板", "answer": "accept"}]}))]
pub struct TicketReport {
    /// One entry per template.
    #[schema(min_items = 1, max_items = 5)]
    pub answers: Vec<TicketInput>,
}

/// The answer for one template.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketInput {
    /// The template's id.
    #[schema(min_length = 1, max_length = 64)]
    pub template: String,
    /// The answer.
    pub answer: TicketAnswer,
}

impl TicketReport {
    pub(super) fn parse(self) -> Result<Vec<(String, TicketAnswer)>> {
        let mut check = Check::new();
        check.range("answers", self.answers.len(), 1, TEMPLATES);
        for (place, one) in self.answers.iter().enumerate() {
            check.text(&format!("answers[{place}].template"), &one.template, 1, 64);
        }
        check.finish(self.answers.into_iter().map(|one| (one.template, one.answer)).collect())
    }
}
