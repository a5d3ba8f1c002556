//! Looks whether a request is signed as Tencent Cloud wants it, from what came over the wire alone.

use actix_web::HttpRequest;
use sha2::{Digest, Sha256};

use super::super::names::{TENCENT_KEY, TENCENT_SECRET};
use super::acs3::{hex, keyed};

/// Seconds that a request may be off.
const SKEW: i64 = 5 * 60;

/// Whether `request` may be served at `now`; the code that it is refused with.
pub fn verify(request: &HttpRequest, body: &[u8], now: i64) -> Result<(), &'static str> {
    let header =
        |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let by = header("authorization").ok_or("MissingParameter")?;
    let by = by.strip_prefix("TC3-HMAC-SHA256 ").ok_or("AuthFailure.InvalidAuthorization")?;
    let part = |name: &str| by.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
    let (Some(credential), Some(signed), Some(signature)) =
        (part("Credential"), part("SignedHeaders"), part("Signature"))
    else {
        return Err("AuthFailure.InvalidAuthorization");
    };
    let (key, scope) = credential.split_once('/').ok_or("AuthFailure.InvalidAuthorization")?;
    if key != TENCENT_KEY {
        return Err("AuthFailure.SecretIdNotFound");
    }
    let at: i64 =
        header("x-tc-timestamp").and_then(|at| at.parse().ok()).ok_or("AuthFailure.SignatureExpire")?;
    if (now - at).abs() > SKEW {
        return Err("AuthFailure.SignatureExpire");
    }
    let day = chrono::DateTime::from_timestamp(at, 0).map(|at| at.format("%Y-%m-%d").to_string());
    let mut parts = scope.split('/');
    if parts.next() != day.as_deref() || parts.next() != Some("sms") || parts.next() != Some("tc3_request") {
        return Err("AuthFailure.SignatureFailure");
    }
    let names: Vec<&str> = signed.split(';').collect();
    if !names.is_sorted() || !names.contains(&"host") || !names.contains(&"content-type") {
        return Err("AuthFailure.SignatureFailure");
    }
    let headers: String = names
        .iter()
        .map(|name| format!("{name}:{}\n", header(name).unwrap_or_default().to_lowercase()))
        .collect();
    let (method, hash) = (request.method(), hex(&Sha256::digest(body)));
    let canonical = format!("{method}\n/\n{}\n{headers}\n{signed}\n{hash}", request.query_string());
    let text = format!("TC3-HMAC-SHA256\n{at}\n{scope}\n{}", hex(&Sha256::digest(canonical)));
    let secret = format!("TC3{TENCENT_SECRET}");
    let key = scope.split('/').fold(secret.into_bytes(), |key, part| keyed(&key, part.as_bytes()));
    if signature == hex(&keyed(&key, text.as_bytes())) { Ok(()) } else { Err("AuthFailure.SignatureFailure") }
}
