//! A client of a running node, and people who sign in at it.

use std::path::Path;

use serde_json::{Value, json};
use uuid::Uuid;
use wangge::platform::tls::install_crypto;

use super::program::Program;
use super::{AREAS, TOWN, ledger};
use crate::town::unused_phone;

const PASSWORD: &str = "River7-Bend-Lake";
const FIRST: &str = "River7-Bend-First";

/// A town with areas, `households` households and its first two administrators; answers their phones.
pub fn found(program: &Program, folder: &Path, households: u32) -> [String; 2] {
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    program.run(&["migrate"], "");
    program.run(&["import", "areas", &file("areas.csv", AREAS)], "");
    program.run(&["import", "households", &file("households.csv", &ledger(households))], "");
    ["admin", "security_admin"].map(|role| {
        let phone = unused_phone();
        let arguments = ["--role", role, "--town", TOWN, "--name", "示例管理", "--phone", &phone];
        program.run(&[&["staff", "add"], &arguments[..]].concat(), &format!("{PASSWORD}\n"));
        phone
    })
}

/// Asks one node.
pub struct Client {
    http: reqwest::Client,
    base: String,
}

impl Client {
    pub fn of(base: &str) -> Self {
        install_crypto();
        Self { http: reqwest::Client::new(), base: format!("{base}/api/v1") }
    }

    /// A request as the holder of `token`; an empty one is nobody's.
    pub fn request(&self, token: &str, method: &str, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method.parse().unwrap(), format!("{}{path}", self.base));
        let request = request.header("Idempotency-Key", Uuid::new_v4().to_string());
        if token.is_empty() { request } else { request.bearer_auth(token) }
    }

    /// Posts what must succeed, on this version where one is given.
    pub async fn post(&self, token: &str, path: &str, version: Option<i64>, body: Value) -> Value {
        let mut request = self.request(token, "POST", path).json(&body);
        if let Some(version) = version {
            request = request.header("If-Match", format!("\"{version}\""));
        }
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "POST {path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// Reads what must be there.
    pub async fn get(&self, token: &str, path: &str) -> Value {
        let answer = self.request(token, "GET", path).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "GET {path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Signs a member of staff in; answers the access token.
    pub async fn sign_in(&self, phone: &str) -> String {
        let device = json!({ "kind": "office", "name": "示例电脑" });
        let body = json!({ "phone": phone, "password": PASSWORD, "device": device });
        text(&self.post("", "/auth/password", None, body).await, "access_token")
    }

    /// Makes an account with one post by the two administrators; answers its phone.
    pub async fn hire(&self, by: &[String; 2], role: &str, area: &str) -> String {
        let (admin, security, phone) = (&by[0], &by[1], unused_phone());
        let body = json!({ "area": TOWN, "name": "示例人员", "phone": phone });
        let staff = self.post(admin, "/staff", None, body).await;
        let path = format!("/staff/{}", text(&staff, "id"));
        let version = staff["version"].as_i64();
        self.post(admin, &format!("{path}/password"), version, json!({ "password": FIRST })).await;
        self.post(security, &format!("{path}/posts"), None, json!({ "role": role, "area": area })).await;
        let change = json!({ "phone": phone, "password": FIRST, "new_password": PASSWORD });
        self.post("", "/auth/password/change", None, change).await;
        phone
    }

    /// Signs a resident in by WeChat, for the first time; answers the access token.
    pub async fn arrive(&self, openid: &str, phone: &str) -> String {
        let arrived =
            self.post("", "/auth/wechat", None, json!({ "code": format!("demo-login-{openid}") })).await;
        let body = json!({ "link": arrived["link"], "code": format!("demo-phone-{phone}") });
        text(&self.post("", "/auth/wechat/phone", None, body).await, "access_token")
    }
}

/// A text member of an answer.
pub fn text(body: &Value, member: &str) -> String {
    body[member].as_str().unwrap_or_else(|| panic!("no {member} in {body}")).to_owned()
}
