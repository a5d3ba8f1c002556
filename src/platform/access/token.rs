//! Access tokens: JWT, HMAC-SHA256, fifteen minutes; they say who, never what one may do.
//!
//! RFC 8725 in short: one algorithm, an explicit `typ` (`at+jwt`, RFC 9068), every claim required, issuer and
//! audience checked, kinds of subjects kept apart. We read nobody's tokens but our own, so a header
//! must equal, byte for byte, one that we write: `alg: none`, another algorithm, a foreign or
//! path-like `kid` and embedded keys all end there, before any parser sees them.
//! Refuses to ask the time (the caller's clock decides) and to hold roles: those are read per request.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::actor::Session;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::platform::secrets::{KeyRing, TokenKey};

/// How long a token lives.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(15);
/// How far the clocks of two nodes may be apart, in seconds.
const LEEWAY: i64 = 60;

/// What kind of subject a token speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    /// A person who works for the township.
    Staff,
    /// A resident.
    Resident,
    /// A program, such as the wall display.
    Machine,
}

/// Whom a token is issued to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// What kind of account `id` is of.
    pub kind: SubjectKind,
    /// The account's bare id; its prefix follows from the kind.
    pub id: Uuid,
    /// The session that the token belongs to and ends with.
    pub session: Id<Session>,
}

/// What a valid token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claims {
    /// Whom it was issued to.
    pub subject: Subject,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// The payload as it stands in the token. Absent claims and numbers in quotes fail to parse.
#[derive(Serialize, Deserialize)]
struct Payload<'a> {
    #[serde(borrow)]
    iss: Cow<'a, str>,
    #[serde(borrow)]
    aud: Cow<'a, str>,
    sub: Uuid,
    sid: Uuid,
    iat: i64,
    nbf: i64,
    exp: i64,
    kind: SubjectKind,
}

/// Issues and reads access tokens; made once, shared by all.
pub struct TokenMint {
    issuer: String,
    audience: String,
    header: Header,
    signing: EncodingKey,
    known: Vec<Known>,
}

/// A key that tokens are read with, by the encoded header of the tokens that it signs.
struct Known {
    header: String,
    key: DecodingKey,
}

impl std::fmt::Debug for TokenMint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("•••")
    }
}

impl TokenMint {
    /// A mint whose tokens name `issuer` (this installation) and `audience` (its API).
    pub fn new(
        keys: &KeyRing<TokenKey>,
        issuer: impl Into<String>,
        audience: impl Into<String>,
    ) -> Result<Self> {
        let known = keys.iter().map(|key| {
            let json = serde_json::to_vec(&header(&key.kid)).map_err(Problem::internal)?;
            let key = DecodingKey::from_secret(key.key.expose_secret());
            Ok(Known { header: URL_SAFE_NO_PAD.encode(json), key })
        });
        Ok(Self {
            issuer: issuer.into(),
            audience: audience.into(),
            header: header(&keys.current.kid),
            signing: EncodingKey::from_secret(keys.current.key.expose_secret()),
            known: known.collect::<Result<_>>()?,
        })
    }

    /// A token for `subject` from `now` on, and when it ends.
    pub fn issue(&self, subject: Subject, now: Timestamp) -> Result<(String, Timestamp)> {
        let expires_at = Timestamp::from_millis(now.plus(LIFETIME).seconds() * 1000);
        let payload = Payload {
            iss: Cow::Borrowed(&self.issuer),
            aud: Cow::Borrowed(&self.audience),
            sub: subject.id,
            sid: subject.session.uuid(),
            iat: now.seconds(),
            nbf: now.seconds(),
            exp: expires_at.seconds(),
            kind: subject.kind,
        };
        let token = jsonwebtoken::encode(&self.header, &payload, &self.signing).map_err(Problem::internal)?;
        Ok((token, expires_at))
    }

    /// What `token` says, when it is ours and valid at `now`; otherwise 401 with the reason for the log.
    ///
    /// Whether its session still stands is for the caller to ask.
    pub fn read(&self, token: &str, now: Timestamp) -> Result<Claims> {
        let refused = |why: &'static str| Problem::new(Code::Unauthenticated).caused_by(why);
        let (message, signature) = token.rsplit_once('.').ok_or_else(|| refused("not a JWT"))?;
        let (header, payload) = message.split_once('.').ok_or_else(|| refused("not a JWT"))?;
        let known = self.known.iter().find(|known| known.header == header);
        let known = known.ok_or_else(|| refused("not a header that we write"))?;
        let genuine =
            jsonwebtoken::crypto::verify(signature, message.as_bytes(), &known.key, Algorithm::HS256);
        if !matches!(genuine, Ok(true)) {
            return Err(refused("wrong signature"));
        }
        let payload = URL_SAFE_NO_PAD.decode(payload).map_err(|_| refused("payload is not base64url"))?;
        let payload: Payload<'_> =
            serde_json::from_slice(&payload).map_err(|_| refused("a claim is missing or of another type"))?;
        if payload.iss != self.issuer || payload.aud != self.audience {
            return Err(refused("another issuer or audience"));
        }
        let now = now.seconds();
        if now >= payload.exp.saturating_add(LEEWAY) {
            return Err(refused("expired"));
        }
        if payload.nbf.max(payload.iat) > now.saturating_add(LEEWAY) {
            return Err(refused("not valid yet"));
        }
        let at = |seconds: i64| Timestamp::from_millis(seconds.saturating_mul(1000));
        let session = Id::from_uuid(payload.sid);
        Ok(Claims {
            subject: Subject { kind: payload.kind, id: payload.sub, session },
            issued_at: at(payload.iat),
            expires_at: at(payload.exp),
        })
    }
}

fn header(kid: &str) -> Header {
    Header { typ: Some("at+jwt".to_owned()), kid: Some(kid.to_owned()), ..Header::new(Algorithm::HS256) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "token_tests.rs"]
mod tests;
