//! Tencent Cloud's request signature, TC3-HMAC-SHA256.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use crate::base::clock::Timestamp;
use crate::base::hex::{hex, sha256_hex};

const ALGORITHM: &str = "TC3-HMAC-SHA256";
const SIGNED: &str = "content-type;host";

/// The media type that is signed and sent.
pub(super) const MEDIA: &str = "application/json; charset=utf-8";

/// What is signed: a POST to `/` without a query.
pub(super) struct Request<'a> {
    pub service: &'a str,
    pub host: &'a str,
    pub at: Timestamp,
    pub body: &'a str,
}

impl Request<'_> {
    fn scope(&self) -> String {
        format!("{}/{}/tc3_request", self.at.to_utc().format("%Y-%m-%d"), self.service)
    }

    fn canonical(&self) -> String {
        let (host, hash) = (self.host, sha256_hex(self.body.as_bytes()));
        format!("POST\n/\n\ncontent-type:{MEDIA}\nhost:{host}\n\n{SIGNED}\n{hash}")
    }

    fn signature(&self, secret: &SecretString) -> String {
        let first = format!("TC3{}", secret.expose_secret());
        let day = self.at.to_utc().format("%Y-%m-%d").to_string();
        let key = [day.as_str(), self.service, "tc3_request"]
            .into_iter()
            .fold(first.into_bytes(), |key, text| keyed(&key, text));
        let hash = sha256_hex(self.canonical().as_bytes());
        let text = format!("{ALGORITHM}\n{}\n{}\n{hash}", self.at.seconds(), self.scope());
        hex(&keyed(&key, &text))
    }

    /// The `Authorization` header.
    pub fn authorization(&self, key_id: &str, secret: &SecretString) -> String {
        let (scope, signature) = (self.scope(), self.signature(secret));
        format!("{ALGORITHM} Credential={key_id}/{scope}, SignedHeaders={SIGNED}, Signature={signature}")
    }
}

fn keyed(key: &[u8], text: &str) -> Vec<u8> {
    // HMAC takes keys of any length.
    let mac = Hmac::<Sha256>::new_from_slice(key);
    mac.map(|mac| mac.chain_update(text).finalize().into_bytes().to_vec()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Tencent Cloud's own description of the signature.
    #[test]
    fn the_documented_request_has_the_documented_signature() {
        let body =
            r#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#;
        let at = Timestamp::from_millis(1_551_113_065_000);
        let request = Request { service: "cvm", host: "cvm.tencentcloudapi.com", at, body };
        let canonical = sha256_hex(request.canonical().as_bytes());
        assert_eq!(canonical, "5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031");
        let signature = "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168";
        let secret = SecretString::from("Gu5t9xGARNpq86cd98joQYCN3EXAMPLE");
        let authorization = request.authorization("AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", &secret);
        let credential = "Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request, ";
        assert!(authorization.contains(credential), "{authorization}");
        assert!(authorization.ends_with(signature), "{authorization}");
    }
}
