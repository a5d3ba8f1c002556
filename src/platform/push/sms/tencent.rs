//! Tencent Cloud: SendSms and PullSmsSendStatusByPhoneNumber of 2021-01-11.
//!
//! `SessionContext` carries our reference.

use chrono::TimeDelta;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use reqwest::{Client, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::tc3::{MEDIA, Request};
use super::{
    SmsGateway, SmsKnown, SmsMessage, SmsQuestion, SmsReceipt, SmsResult, SmsSettings, SmsTemplate,
    TencentApp, codes, endpoint, http, lost, receipt,
};
use crate::base::Result;
use crate::base::clock::{Clock, Timestamp};
use crate::platform::push::outcome::Outcome;

const VERSION: &str = "2021-01-11";
const SERVICE: &str = "sms";
/// Reports of one answer, the most that there may be.
const PAGE: u32 = 100;

/// The client.
pub struct Tencent {
    http: Client,
    url: Url,
    host: String,
    settings: SmsSettings,
    app: TencentApp,
    clock: Clock,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    response: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Refusal {
    error: Coded,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Coded {
    code: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Sent {
    send_status_set: Vec<SendStatus>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendStatus {
    code: String,
    #[serde(default)]
    serial_no: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Reports {
    #[serde(default)]
    pull_sms_send_status_set: Vec<Report>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Report {
    #[serde(default)]
    session_context: String,
    #[serde(default)]
    serial_no: String,
    report_status: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    user_receive_time: i64,
}

impl Tencent {
    pub(super) fn new(settings: SmsSettings, app: TencentApp, clock: Clock) -> Result<Self> {
        let (url, host) = endpoint(&settings.endpoint)?;
        Ok(Self { http: http::client(settings.patience)?, url, host, settings, app, clock })
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
        let gaps: Vec<String> = gaps.into_iter().map(|(_, text)| text).collect();
        let body = json!({
            "PhoneNumberSet": [format!("+86{}", message.to.expose())],
            "SmsSdkAppId": self.app.id,
            "SignName": sign_name,
            "TemplateId": template.code,
            "TemplateParamSet": gaps,
            "SessionContext": message.reference,
        });
        // One number went out, so one status comes back; without it nobody knows.
        match self.call::<Sent>("SendSms", &body).await.map(|sent| sent.send_status_set.into_iter().next()) {
            Ok(Some(status)) if status.code == "Ok" => {
                Outcome::Accepted { provider_ref: Some(status.serial_no).filter(|no| !no.is_empty()) }
            }
            Ok(Some(status)) => codes::of_tencent(&status.code),
            Ok(None) => Outcome::Unknown,
            Err(outcome) => outcome,
        }
    }

    pub(super) async fn ask(&self, about: &SmsQuestion) -> SmsKnown {
        let begin = about.sent_at.plus(TimeDelta::minutes(-1));
        let body = json!({
            "BeginTime": begin.seconds(),
            "EndTime": begin.plus(TimeDelta::days(3)).seconds(),
            "Offset": 0,
            "Limit": PAGE,
            "PhoneNumber": format!("+86{}", about.to.expose()),
            "SmsSdkAppId": self.app.id,
        });
        match self.call::<Reports>("PullSmsSendStatusByPhoneNumber", &body).await {
            Ok(reports) => {
                let mut reports = reports.pull_sms_send_status_set.into_iter();
                match reports.find(|report| report.session_context == about.reference) {
                    Some(report) => SmsKnown::Reported(report.receipt(about)),
                    None => SmsKnown::Silent,
                }
            }
            Err(outcome) => SmsKnown::Unclear(outcome),
        }
    }

    async fn call<T: DeserializeOwned>(&self, action: &str, body: &Value) -> Result<T, Outcome> {
        let body = body.to_string();
        let at = self.clock.now();
        let signed = Request { service: SERVICE, host: &self.host, at, body: &body };
        let by = signed.authorization(&self.settings.key_id, &self.settings.key_secret);
        let request = self
            .http
            .post(self.url.clone())
            .header(AUTHORIZATION, by)
            .header(CONTENT_TYPE, MEDIA)
            .header(HOST, &self.host)
            .header("X-TC-Action", action)
            .header("X-TC-Version", VERSION)
            .header("X-TC-Region", &self.app.region)
            .header("X-TC-Timestamp", at.seconds())
            .body(body);
        let lost = |failure| lost(SmsGateway::Tencent, failure);
        let reply = http::exchange(request).await.map_err(lost)?;
        let answer: Answer =
            serde_json::from_slice(&reply.body).map_err(|_| lost(reply.garbled("Tencent Cloud")))?;
        if let Ok(refusal) = Refusal::deserialize(&answer.response) {
            return Err(codes::of_tencent(&refusal.error.code));
        }
        T::deserialize(answer.response).map_err(|_| lost(reply.garbled("Tencent Cloud")))
    }
}

impl Report {
    fn receipt(self, about: &SmsQuestion) -> SmsReceipt {
        let arrived = self.report_status == "SUCCESS";
        SmsReceipt {
            gateway: SmsGateway::Tencent,
            reference: self.session_context,
            gateway_no: self.serial_no,
            phone: Some(about.to.clone()),
            result: if arrived { SmsResult::Delivered } else { receipt::result_of(&self.description) },
            code: receipt::code(&self.description),
            at: Timestamp::from_millis(self.user_receive_time.saturating_mul(1000)),
        }
    }
}
