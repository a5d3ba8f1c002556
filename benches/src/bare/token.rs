//! HS256 tokens, checked on every request as the product does, with the same library.

use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpRequest, error};
use anyhow::Result;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

/// No secret: the ceiling listens on loopback and holds made-up rows.
const KEY: &[u8] = b"the ceiling guards nothing worth a secret";

/// Who asks.
#[derive(Debug, Serialize, Deserialize)]
pub struct Claims {
    /// The person.
    pub sub: String,
    /// Their household, for residents.
    pub household: Option<i64>,
    /// Seconds since 1970.
    pub exp: i64,
}

/// Checks tokens.
pub struct Checker {
    key: DecodingKey,
    rules: Validation,
}

impl Default for Checker {
    fn default() -> Self {
        Self { key: DecodingKey::from_secret(KEY), rules: Validation::new(Algorithm::HS256) }
    }
}

impl Checker {
    /// The claims of the request's bearer token.
    ///
    /// # Errors
    /// 401 without a token, or with one that is forged or too old.
    pub fn check(&self, request: &HttpRequest) -> actix_web::Result<Claims> {
        let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|value| value.strip_prefix("Bearer "));
        let token = token.ok_or_else(|| error::ErrorUnauthorized("no token"))?;
        let checked = decode::<Claims>(token, &self.key, &self.rules);
        Ok(checked.map_err(|_| error::ErrorUnauthorized("bad token"))?.claims)
    }
}

/// A token for `sub`, valid for a year.
///
/// # Errors
/// Only if the library refuses the key.
pub fn issue(sub: &str, household: Option<i64>) -> Result<String> {
    let exp = chrono::Utc::now().timestamp() + 365 * 86_400;
    let claims = Claims { sub: sub.to_owned(), household, exp };
    Ok(encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(KEY))?)
}
