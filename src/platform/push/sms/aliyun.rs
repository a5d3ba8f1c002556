//! Alibaba Cloud: SendSms and QuerySendDetails of 2017-05-25.
//!
//! `OutId` carries our reference. Parameters go as a form, so that no number stands in an address that something in
//! between may log.

use chrono::NaiveDateTime;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Client, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use uuid::Uuid;

use super::acs3::{Request, parameters};
use super::{
    SmsGateway, SmsKnown, SmsMessage, SmsQuestion, SmsReceipt, SmsResult, SmsSettings, SmsTemplate, codes,
    endpoint, http, lost, receipt,
};
use crate::base::Result;
use crate::base::clock::{Clock, Timestamp};
use crate::base::hex::sha256_hex;
use crate::platform::push::outcome::Outcome;

const VERSION: &str = "2017-05-25";
const FORM: &str = "application/x-www-form-urlencoded";
/// Details of a page, the most that there may be.
const PAGE: usize = 50;
/// A number gets at most 40 messages a day from all senders together.
const PAGES: usize = 3;

/// The client.
pub struct Aliyun {
    http: Client,
    url: Url,
    host: String,
    settings: SmsSettings,
    clock: Clock,
}

/// What every answer carries.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Status {
    code: String,
    #[serde(default)]
    message: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Sent {
    #[serde(default)]
    biz_id: Option<String>,
}

#[derive(Deserialize)]
struct Details {
    #[serde(rename = "SmsSendDetailDTOs", default)]
    all: DetailList,
}

#[derive(Default, Deserialize)]
struct DetailList {
    #[serde(rename = "SmsSendDetailDTO", default)]
    list: Vec<Detail>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Detail {
    #[serde(default)]
    out_id: String,
    /// 1 waiting, 2 failed, 3 arrived.
    send_status: i64,
    #[serde(default)]
    err_code: String,
    #[serde(default)]
    receive_date: String,
}

impl Aliyun {
    pub(super) fn new(settings: SmsSettings, clock: Clock) -> Result<Self> {
        let (url, host) = endpoint(&settings.endpoint)?;
        Ok(Self { http: http::client(settings.patience)?, url, host, settings, clock })
    }

    pub(super) fn template(&self) -> &SmsTemplate {
        &self.settings.template
    }

    pub(super) async fn send(&self, message: &SmsMessage) -> Outcome {
        let SmsSettings { template, sign_name, .. } = &self.settings;
        let gaps = match template.fill(&message.values) {
            Ok(gaps) => gaps,
            Err(word) => return Outcome::Permanent { code: format!("missing:{word}") },
        };
        let gaps: serde_json::Map<_, _> =
            gaps.into_iter().map(|(name, text)| (name.to_owned(), json!(text))).collect();
        let gaps = serde_json::Value::from(gaps).to_string();
        let form = [
            ("PhoneNumbers", message.to.expose()),
            ("SignName", sign_name.as_str()),
            ("TemplateCode", template.code.as_str()),
            ("TemplateParam", gaps.as_str()),
            ("OutId", message.reference.as_str()),
        ];
        match self.call::<Sent>("SendSms", &form).await {
            Ok(sent) => Outcome::Accepted { provider_ref: sent.biz_id },
            Err(outcome) => outcome,
        }
    }

    pub(super) async fn ask(&self, about: &SmsQuestion) -> SmsKnown {
        let day = about.sent_at.local().format("%Y%m%d").to_string();
        for page in 1..=PAGES {
            let (page, size) = (page.to_string(), PAGE.to_string());
            let form = [
                ("PhoneNumber", about.to.expose()),
                ("SendDate", day.as_str()),
                ("PageSize", size.as_str()),
                ("CurrentPage", page.as_str()),
            ];
            let details = match self.call::<Details>("QuerySendDetails", &form).await {
                Ok(details) => details.all.list,
                Err(outcome) => return SmsKnown::Unclear(outcome),
            };
            if let Some(detail) = details.iter().find(|detail| detail.out_id == about.reference) {
                return detail.known(about);
            }
            if details.len() < PAGE {
                break;
            }
        }
        SmsKnown::Absent
    }

    async fn call<T: DeserializeOwned>(&self, action: &str, form: &[(&str, &str)]) -> Result<T, Outcome> {
        let body = parameters(form);
        let date = self.clock.now().to_utc().format("%Y-%m-%dT%H:%M:%SZ").to_string();
        let headers = [
            ("content-type", FORM.to_owned()),
            ("host", self.host.clone()),
            ("x-acs-action", action.to_owned()),
            ("x-acs-content-sha256", sha256_hex(body.as_bytes())),
            ("x-acs-date", date),
            ("x-acs-signature-nonce", Uuid::new_v4().simple().to_string()),
            ("x-acs-version", VERSION.to_owned()),
        ];
        let signed = Request { query: &[], headers: &headers, body: body.as_bytes() };
        let by = signed.authorization(&self.settings.key_id, &self.settings.key_secret);
        let mut request =
            self.http.post(self.url.clone()).header(AUTHORIZATION, by).header(CONTENT_TYPE, FORM);
        for (name, value) in headers.into_iter().filter(|(name, _)| name.starts_with("x-acs-")) {
            request = request.header(name, value);
        }
        let lost = |failure| lost(SmsGateway::Aliyun, failure);
        let reply = http::exchange(request.body(body)).await.map_err(lost)?;
        // Refusals come with 4xx and 5xx as well; the code says more than the status.
        let status: Status =
            serde_json::from_slice(&reply.body).map_err(|_| lost(reply.garbled("Alibaba Cloud")))?;
        if status.code != "OK" {
            return Err(codes::of_aliyun(&status.code, &status.message));
        }
        serde_json::from_slice(&reply.body).map_err(|_| lost(reply.garbled("Alibaba Cloud")))
    }
}

impl Detail {
    fn known(&self, about: &SmsQuestion) -> SmsKnown {
        let result = match self.send_status {
            3 => SmsResult::Delivered,
            2 => receipt::result_of(&self.err_code),
            // The list does not tell the gateway's own number.
            _ => return SmsKnown::Waiting { gateway_no: String::new() },
        };
        SmsKnown::Reported(SmsReceipt {
            gateway: SmsGateway::Aliyun,
            reference: self.out_id.clone(),
            gateway_no: String::new(),
            phone: Some(about.to.clone()),
            result,
            code: receipt::code(&self.err_code),
            at: beijing(&self.receive_date).unwrap_or(about.sent_at),
        })
    }
}

/// An instant as Alibaba Cloud writes it: `2017-08-30 00:00:00`, in Beijing.
pub(super) fn beijing(text: &str) -> Option<Timestamp> {
    let at = NaiveDateTime::parse_from_str(text.trim(), "%Y-%m-%d %H:%M:%S").ok()?;
    let midnight = Timestamp::start_of(at.date());
    Some(midnight.plus(at.signed_duration_since(at.date().and_time(chrono::NaiveTime::MIN))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_read_as_beijing_writes_it() {
        let at = beijing("2017-08-30 08:00:01").map(Timestamp::rfc3339);
        assert_eq!(at.as_deref(), Some("2017-08-30T00:00:01.000Z"));
        assert_eq!(beijing("yesterday"), None);
    }
}
