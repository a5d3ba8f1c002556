//! The link token: proves, for ten minutes, that its bearer has just come as a certain WeChat user.
//!
//! Sealed by the vault, so that it can be neither made nor read outside, and no table has to be kept for it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;

use super::model::WxIdentity;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::platform::privacy::{Field, Vault};

/// How long a link token works.
const LIFETIME: TimeDelta = TimeDelta::minutes(10);
/// Tells link tokens from everything else that the vault seals; may never change.
const PURPOSE: &str = "wangge-wechat-link-1";

/// A token for `identity`, and when it ends.
pub fn issue(vault: &Vault, identity: Id<WxIdentity>, now: Timestamp) -> Result<(String, Timestamp)> {
    let ends_at = now.plus(LIFETIME);
    let plain = format!("{PURPOSE} {identity} {}", ends_at.millis());
    Ok((URL_SAFE_NO_PAD.encode(vault.seal(Field::Note, &plain)?), ends_at))
}

/// Whom `link` was issued for; 401 `code_refused` when it has ended or is none of ours.
pub fn read(vault: &Vault, link: &str, now: Timestamp) -> Result<Id<WxIdentity>> {
    let refused = || Problem::because(Code::CodeRefused, "登录步骤已超时,请重新打开小程序登录");
    let sealed = URL_SAFE_NO_PAD.decode(link).map_err(|_| refused())?;
    let plain = vault.open(Field::Note, &sealed).map_err(|why| refused().caused_by(why))?;
    let mut parts = plain.split(' ');
    let (purpose, identity, ends_at) = (parts.next(), parts.next(), parts.next());
    let ends_at = ends_at.and_then(|millis| millis.parse().ok()).map(Timestamp::from_millis);
    let valid = purpose == Some(PURPOSE) && ends_at.is_some_and(|ends_at| ends_at > now);
    identity.filter(|_| valid).and_then(|id| id.parse().ok()).ok_or_else(refused)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::secrets::{CipherKind, SecretSettings};

    #[test]
    fn a_link_works_for_ten_minutes_and_only_unchanged() {
        let secrets = SecretSettings::generate(CipherKind::Aes256Gcm).read().ok().unwrap();
        let vault = Vault::new(&secrets).unwrap();
        let now = Timestamp::from_millis(1_767_576_600_000);
        let identity = Id::new();
        let (link, ends_at) = issue(&vault, identity, now).unwrap();
        assert_eq!(read(&vault, &link, ends_at.plus(TimeDelta::milliseconds(-1))).unwrap(), identity);
        assert_eq!(read(&vault, &link, ends_at).unwrap_err().code(), Code::CodeRefused);
        let note = URL_SAFE_NO_PAD.encode(vault.seal(Field::Note, "另一段文字").unwrap());
        for wrong in ["", "x", &link[1..], &note] {
            assert_eq!(read(&vault, wrong, now).unwrap_err().code(), Code::CodeRefused, "{wrong}");
        }
    }
}
