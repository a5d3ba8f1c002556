//! Alibaba Cloud's request signature, ACS3-HMAC-SHA256.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use crate::base::hex::{hex, sha256_hex};

const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// What is signed. The path is `/`.
pub(super) struct Request<'a> {
    /// Parameters of the query.
    pub query: &'a [(&'a str, &'a str)],
    /// Names in lower case, in their alphabetic order.
    pub headers: &'a [(&'static str, String)],
    pub body: &'a [u8],
}

impl Request<'_> {
    fn signed_headers(&self) -> String {
        self.headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";")
    }

    fn canonical(&self) -> String {
        let headers: String = self.headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let (query, signed) = (parameters(self.query), self.signed_headers());
        format!("POST\n/\n{query}\n{headers}\n{signed}\n{}", sha256_hex(self.body))
    }

    fn signature(&self, secret: &SecretString) -> String {
        let text = format!("{ALGORITHM}\n{}", sha256_hex(self.canonical().as_bytes()));
        let mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes());
        // HMAC takes keys of any length.
        mac.map(|mac| hex(&mac.chain_update(text).finalize().into_bytes())).unwrap_or_default()
    }

    /// The `Authorization` header.
    pub fn authorization(&self, key_id: &str, secret: &SecretString) -> String {
        let (signed, signature) = (self.signed_headers(), self.signature(secret));
        format!("{ALGORITHM} Credential={key_id},SignedHeaders={signed},Signature={signature}")
    }
}

/// Parameters by RFC 3986, in the order of their names; the same text serves as a form.
pub(super) fn parameters(of: &[(&str, &str)]) -> String {
    let mut pairs: Vec<_> = of.iter().map(|(name, value)| (encoded(name), encoded(value))).collect();
    pairs.sort();
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => encoded.push(byte.into()),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Alibaba Cloud's own description of the signature.
    #[test]
    fn the_documented_request_has_the_documented_signature() {
        let image = "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd";
        let headers = [
            ("host", "ecs.cn-shanghai.aliyuncs.com".to_owned()),
            ("x-acs-action", "RunInstances".to_owned()),
            ("x-acs-content-sha256", sha256_hex(b"")),
            ("x-acs-date", "2023-10-26T10:22:32Z".to_owned()),
            ("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d".to_owned()),
            ("x-acs-version", "2014-05-26".to_owned()),
        ];
        let query = [("RegionId", "cn-shanghai"), ("ImageId", image)];
        let request = Request { query: &query, headers: &headers, body: b"" };
        let canonical = sha256_hex(request.canonical().as_bytes());
        assert_eq!(canonical, "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259");
        let secret = SecretString::from("YourAccessKeySecret");
        let signature = "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0";
        assert_eq!(request.signature(&secret), signature);
        let authorization = request.authorization("YourAccessKeyId", &secret);
        assert!(
            authorization
                .starts_with("ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;")
        );
        assert!(authorization.ends_with(signature));
    }

    #[test]
    fn what_is_not_unreserved_is_encoded_byte_by_byte() {
        assert_eq!(parameters(&[("b", "a b+*~"), ("a", "中")]), "a=%E4%B8%AD&b=a%20b%2B%2A~");
    }
}
