//! Looks whether a request is signed as Alibaba Cloud wants it, from what came over the wire alone.

use std::collections::HashSet;

use actix_web::HttpRequest;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::super::names::{ALIYUN_KEY, ALIYUN_SECRET};

/// Seconds that a request may be off.
const SKEW: i64 = 15 * 60;
/// Nonces that are remembered before the oldest half is forgotten.
const REMEMBERED: usize = 500_000;

/// Which nonces were used.
#[derive(Default)]
pub struct Nonces {
    now: HashSet<String>,
    before: HashSet<String>,
}

impl Nonces {
    fn is_new(&mut self, nonce: &str) -> bool {
        if self.before.contains(nonce) || !self.now.insert(nonce.to_owned()) {
            return false;
        }
        if self.now.len() >= REMEMBERED {
            self.before = std::mem::take(&mut self.now);
        }
        true
    }
}

/// The status and the code that a request is refused with.
pub type Refusal = (u16, &'static str);

/// Whether `request` may be served at `now`.
pub fn verify(request: &HttpRequest, body: &[u8], now: i64, nonces: &mut Nonces) -> Result<(), Refusal> {
    let header =
        |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let by = header("authorization").ok_or((400, "IncompleteSignature"))?;
    let by = by.strip_prefix("ACS3-HMAC-SHA256 ").ok_or((400, "IncompleteSignature"))?;
    let part = |name: &str| by.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
    let (Some(key), Some(signed), Some(signature)) =
        (part("Credential"), part("SignedHeaders"), part("Signature"))
    else {
        return Err((400, "IncompleteSignature"));
    };
    if key != ALIYUN_KEY {
        return Err((404, "InvalidAccessKeyId.NotFound"));
    }
    let hash = hex(&Sha256::digest(body));
    if header("x-acs-content-sha256") != Some(hash.as_str()) {
        return Err((400, "SignatureDoesNotMatch"));
    }
    let names: Vec<&str> = signed.split(';').collect();
    let all = [
        "host",
        "x-acs-action",
        "x-acs-content-sha256",
        "x-acs-date",
        "x-acs-signature-nonce",
        "x-acs-version",
    ];
    if !names.is_sorted() || all.iter().any(|name| !names.contains(name)) {
        return Err((400, "IncompleteSignature"));
    }
    let headers: String =
        names.iter().map(|name| format!("{name}:{}\n", header(name).unwrap_or_default())).collect();
    let mut query: Vec<&str> = request.query_string().split('&').filter(|pair| !pair.is_empty()).collect();
    query.sort_unstable();
    let (method, path, query) = (request.method(), request.path(), query.join("&"));
    let canonical = format!("{method}\n{path}\n{query}\n{headers}\n{signed}\n{hash}");
    let text = format!("ACS3-HMAC-SHA256\n{}", hex(&Sha256::digest(canonical)));
    if signature != hex(&keyed(ALIYUN_SECRET.as_bytes(), text.as_bytes())) {
        return Err((400, "SignatureDoesNotMatch"));
    }
    let date = header("x-acs-date").and_then(|date| chrono::DateTime::parse_from_rfc3339(date).ok());
    if date.is_none_or(|date| (now - date.timestamp()).abs() > SKEW) {
        return Err((400, "InvalidTimeStamp.Expired"));
    }
    match header("x-acs-signature-nonce").filter(|nonce| !nonce.is_empty()) {
        Some(nonce) if nonces.is_new(nonce) => Ok(()),
        _ => Err((400, "SignatureNonceUsed")),
    }
}

/// HMAC-SHA256.
pub fn keyed(key: &[u8], text: &[u8]) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return vec![] };
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

/// Two lower-case digits a byte.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |half: u8| char::from(DIGITS[usize::from(half & 15)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}
