//! What the gateways push when the carrier has spoken.
//!
//! Neither push is signed, and both may come twice, late and in any order. A list is read as far as it can be: what
//! cannot be read in one entry takes nothing from the others.

use serde::Deserialize;
use serde_json::Value;

use super::aliyun::beijing;
use super::{SmsGateway, SmsResult};
use crate::base::clock::Timestamp;
use crate::base::problem::{Code, Problem, Result};
use crate::base::sensitive::Phone;

/// What became of one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmsReceipt {
    /// Who tells it.
    pub gateway: SmsGateway,
    /// What we called the message; empty when the gateway does not say.
    pub reference: String,
    /// What the gateway calls it; empty when it does not say.
    pub gateway_no: String,
    /// Whom it was for.
    pub phone: Option<Phone>,
    /// What became of it.
    pub result: SmsResult,
    /// The carrier's code, such as `DELIVRD`.
    pub code: String,
    /// When the carrier spoke; when we heard of it, if that is not told.
    pub at: Timestamp,
}

#[derive(Deserialize)]
struct Aliyun {
    #[serde(default)]
    phone_number: String,
    #[serde(default)]
    report_time: String,
    success: bool,
    #[serde(default)]
    err_code: String,
    #[serde(default)]
    biz_id: String,
    #[serde(default)]
    out_id: String,
}

#[derive(Deserialize)]
struct Tencent {
    #[serde(default)]
    mobile: String,
    #[serde(default)]
    user_receive_time: String,
    report_status: String,
    #[serde(default)]
    errmsg: String,
    #[serde(default)]
    sid: String,
    #[serde(default)]
    ext: String,
}

impl SmsGateway {
    /// Reads a push of receipts; `now` stands in for times that are missing.
    ///
    /// # Errors
    /// `bad_request` when it is no list of JSON.
    pub fn receipts(self, body: &[u8], now: Timestamp) -> Result<Vec<SmsReceipt>> {
        let all: Vec<Value> = serde_json::from_slice(body)
            .map_err(|_| Problem::because(Code::BadRequest, "应为回执的 JSON 数组"))?;
        let read = |entry: Value| match self {
            Self::Aliyun => Aliyun::deserialize(entry).map(|entry| entry.receipt(now)),
            Self::Tencent => Tencent::deserialize(entry).map(|entry| entry.receipt(now)),
        };
        let (sent, mut receipts) = (all.len(), Vec::with_capacity(all.len()));
        receipts.extend(all.into_iter().filter_map(|entry| read(entry).ok()));
        if receipts.len() < sent {
            tracing::warn!(
                gateway = self.as_str(),
                unread = sent - receipts.len(),
                "receipts that cannot be read"
            );
        }
        Ok(receipts)
    }

    /// What the gateway wants to hear, otherwise it pushes again.
    pub fn thanks(self) -> Value {
        match self {
            Self::Aliyun => serde_json::json!({ "code": 0, "msg": "接收成功" }),
            Self::Tencent => serde_json::json!({ "result": 0, "errmsg": "OK" }),
        }
    }
}

impl Aliyun {
    fn receipt(self, now: Timestamp) -> SmsReceipt {
        SmsReceipt {
            gateway: SmsGateway::Aliyun,
            reference: self.out_id,
            gateway_no: self.biz_id,
            phone: Phone::parse(&self.phone_number).ok(),
            result: if self.success { SmsResult::Delivered } else { result_of(&self.err_code) },
            code: code(&self.err_code),
            at: beijing(&self.report_time).unwrap_or(now),
        }
    }
}

impl Tencent {
    fn receipt(self, now: Timestamp) -> SmsReceipt {
        let arrived = self.report_status.eq_ignore_ascii_case("SUCCESS");
        SmsReceipt {
            gateway: SmsGateway::Tencent,
            reference: self.ext,
            gateway_no: self.sid,
            phone: Phone::parse(&self.mobile).ok(),
            result: if arrived { SmsResult::Delivered } else { result_of(&self.errmsg) },
            code: code(&self.errmsg),
            at: beijing(&self.user_receive_time).unwrap_or(now),
        }
    }
}

/// What a carrier's code of a message that did not arrive means.
pub(super) fn result_of(code: &str) -> SmsResult {
    let code = code.to_ascii_uppercase();
    let no = ["REJECT", "BLACK", "黑名单", "退订"].iter().any(|word| code.contains(word));
    if no { SmsResult::Refused } else { SmsResult::Failed }
}

/// The code as it may be stored and shown: nothing that a gateway may have put there instead.
pub(super) fn code(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_graphic() || ('\u{4e00}'..='\u{9fff}').contains(c)).take(32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_millis(1_767_576_600_000)
    }

    #[test]
    fn receipts_of_aliyun_are_read() {
        let body = r#"[
            {"phone_number":"13900000001","send_time":"2017-01-01 11:12:13","report_time":"2017-02-02 22:23:24",
             "success":true,"err_code":"DELIVERED","err_msg":"用户接收成功","sms_size":"1","biz_id":"12345","out_id":"ref-1"},
            {"phone_number":"13900000002","report_time":"","success":false,"err_code":"REJECTD","biz_id":"12346","out_id":"ref-2"},
            {"phone_number":"13900000003","success":"odd"},
            {"phone_number":"abroad","success":false,"err_code":"UNDELIV","biz_id":"12347"}
        ]"#;
        let read = SmsGateway::Aliyun.receipts(body.as_bytes(), now()).unwrap();
        assert_eq!(read.len(), 3);
        let first = &read[0];
        assert_eq!((first.reference.as_str(), first.gateway_no.as_str()), ("ref-1", "12345"));
        assert_eq!(first.phone.as_ref().map(Phone::masked).as_deref(), Some("139****0001"));
        assert_eq!((first.result, first.code.as_str()), (SmsResult::Delivered, "DELIVERED"));
        assert_eq!(first.at.rfc3339(), "2017-02-02T14:23:24.000Z");
        assert_eq!((read[1].result, read[1].at), (SmsResult::Refused, now()));
        assert_eq!((read[2].result, read[2].phone.clone()), (SmsResult::Failed, None));
        assert!(!format!("{read:?}").contains("13900000001"));
    }

    #[test]
    fn receipts_of_tencent_are_read() {
        let body = r#"[{"user_receive_time":"2015-10-17 08:03:04","nationcode":"86","mobile":"13900000001",
            "report_status":"SUCCESS","errmsg":"DELIVRD","description":"用户短信送达成功","sid":"xxxxxxx","ext":"ref-1"},
            {"mobile":"13900000002","report_status":"FAIL","errmsg":"EXPIRED","sid":"2","ext":"ref-2"},
            {"mobile":"13900000003","report_status":"FAIL","errmsg":"MBBLACK","sid":"3","ext":"ref-3"}]"#;
        let read = SmsGateway::Tencent.receipts(body.as_bytes(), now()).unwrap();
        let results: Vec<_> = read.iter().map(|one| (one.reference.as_str(), one.result)).collect();
        let expected =
            [("ref-1", SmsResult::Delivered), ("ref-2", SmsResult::Failed), ("ref-3", SmsResult::Refused)];
        assert_eq!(results, expected);
        assert_eq!(read[0].at.rfc3339(), "2015-10-17T00:03:04.000Z");
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for body in ["", "{}", "<xml/>", "[1"] {
            for gateway in SmsGateway::ALL {
                let refused = gateway.receipts(body.as_bytes(), now()).map_err(|problem| problem.code());
                assert_eq!(refused, Err(Code::BadRequest), "{body}");
            }
        }
    }

    #[test]
    fn a_code_is_kept_without_what_does_not_belong_into_it() {
        assert_eq!(code("MK:0001\n<x>"), "MK:0001<x>");
        assert_eq!(code(&"E".repeat(99)).len(), 32);
    }
}
