//! The public keys of packs, as RFC 8037 writes them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::platform::privacy::Signer;

/// A set of public keys (RFC 7517).
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "keys": [{
    "kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": "21fe31dfa154a261",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
}] }))]
pub struct PackKeys {
    /// The keys; a pack's `Pack-Key-Id` names one.
    pub keys: Vec<PackKey>,
}

/// A public key for Ed25519 (RFC 8037).
#[derive(Debug, Serialize, ToSchema)]
pub struct PackKey {
    /// `OKP`.
    pub kty: &'static str,
    /// `Ed25519`.
    pub crv: &'static str,
    /// `sig`.
    #[serde(rename = "use")]
    pub purpose: &'static str,
    /// Names the key.
    pub kid: String,
    /// The key, 32 bytes in base64 for URLs.
    pub x: String,
}

impl PackKeys {
    /// The key of `signer`.
    pub fn of(signer: &Signer) -> Self {
        let (kid, x) = (signer.key_id(), signer.public_key());
        Self { keys: vec![PackKey { kty: "OKP", crv: "Ed25519", purpose: "sig", kid, x }] }
    }
}
