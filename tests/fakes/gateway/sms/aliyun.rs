//! Alibaba Cloud: SendSms and QuerySendDetails.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::super::caps::Capped;
use super::super::ledger::Entry;
use super::super::names::{SIGN_NAME, SMS_TEMPLATE};
use super::super::{World, lock};
use super::{Gateway, acs3};

/// Messages to one number in a day, from all senders together.
const PER_DAY: usize = 40;
const DAY: i64 = 86_400;
const GAPS: [&str; 2] = ["title", "instruction"];

type Form = HashMap<String, String>;
/// The answer, or a code with its text.
type Answer = Result<Value, (&'static str, &'static str)>;

pub fn serve(world: &web::Data<World>, request: &HttpRequest, action: &str, bytes: &[u8]) -> HttpResponse {
    let verified = {
        let mut state = lock(&world.state);
        let now = state.now();
        acs3::verify(request, bytes, now, &mut state.sms.nonces)
    };
    if let Err((status, code)) = verified {
        return refuse(status, code, "see https://error-center.aliyun.com");
    }
    let Ok(mut form) = web::Query::<Form>::from_query(request.query_string()).map(web::Query::into_inner)
    else {
        return refuse(400, "isv.INVALID_PARAMETERS", "query");
    };
    let body = std::str::from_utf8(bytes).unwrap_or_default();
    form.extend(web::Query::<Form>::from_query(body).map(web::Query::into_inner).unwrap_or_default());
    let answered = match action {
        "SendSms" => send(world, &form),
        "QuerySendDetails" => details(world, &form),
        _ => Err(("InvalidAction.NotFound", "no such action")),
    };
    match answered {
        Ok(body) => HttpResponse::Ok().json(body),
        Err((code, message)) => refuse(200, code, message),
    }
}

/// A refusal as Alibaba Cloud words it.
pub fn refuse(status: u16, code: &str, message: &str) -> HttpResponse {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let body =
        json!({ "Code": code, "Message": message, "RequestId": "00000000-0000-0000-0000-000000000000" });
    HttpResponse::build(status).json(body)
}

fn send(world: &web::Data<World>, form: &Form) -> Answer {
    let text = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let phone = text("PhoneNumbers");
    if phone.len() != 11 || !phone.starts_with('1') || !phone.bytes().all(|b| b.is_ascii_digit()) {
        return Err(("isv.MOBILE_NUMBER_ILLEGAL", "手机号码格式错误"));
    }
    if text("SignName") != SIGN_NAME {
        return Err(("isv.SMS_SIGNATURE_ILLEGAL", "签名不合法"));
    }
    if text("TemplateCode") != SMS_TEMPLATE {
        return Err(("isv.SMS_TEMPLATE_ILLEGAL", "模板不合法"));
    }
    let gaps: HashMap<String, String> = serde_json::from_str(text("TemplateParam"))
        .map_err(|_| ("isv.INVALID_JSON_PARAM", "参数格式错误"))?;
    if GAPS.iter().any(|gap| gaps.get(*gap).is_none_or(String::is_empty)) {
        return Err(("isv.TEMPLATE_MISSING_PARAMETERS", "模板变量缺失"));
    }
    if gaps.values().any(|gap| gap.chars().count() > 35) {
        return Err(("isv.PARAM_LENGTH_LIMIT", "参数超出长度限制"));
    }
    if gaps.values().any(|gap| gap.contains("http")) {
        return Err(("isv.PARAM_NOT_SUPPORT_URL", "变量不支持传入URL"));
    }
    if text("OutId").len() > 255 {
        return Err(("isv.INVALID_PARAMETERS", "OutId"));
    }
    let message = {
        let mut state = lock(&world.state);
        let now = state.now();
        if state.sms.before(Gateway::Aliyun, phone, now - DAY).count() >= PER_DAY {
            return Err(("isv.BUSINESS_LIMIT_CONTROL", "触发天级流控Permits:40"));
        }
        if !state.caps.spend(Capped::Aliyun, now) {
            return Err(("isv.DAY_LIMIT_CONTROL", "触发日发送限额"));
        }
        let taken =
            state.sms.take(Gateway::Aliyun, phone, text("OutId"), text("TemplateParam").to_owned(), now);
        taken.ok_or(("isv.AMOUNT_NOT_ENOUGH", "账户余额不足"))?
    };
    let entry = Entry { channel: "sms_aliyun", recipient: phone.to_owned(), key: text("OutId").to_owned() };
    lock(&world.ledger).accept(entry).map_err(|_| ("isp.SYSTEM_ERROR", "ledger"))?;
    let number = message.number.clone();
    world.pusher.receipt(message);
    Ok(
        json!({ "Code": "OK", "Message": "OK", "RequestId": "00000000-0000-0000-0000-000000000000", "BizId": number }),
    )
}

fn details(world: &web::Data<World>, form: &Form) -> Answer {
    let text = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let number = |name: &str| text(name).parse::<usize>().ok().filter(|n| *n > 0);
    let (Some(size), Some(page)) = (number("PageSize").filter(|n| *n <= 50), number("CurrentPage")) else {
        return Err(("isv.INVALID_PARAMETERS", "PageSize"));
    };
    let state = lock(&world.state);
    let of_day = |seconds: i64| {
        let local = chrono::DateTime::from_timestamp(seconds + 8 * 3600, 0);
        local.map(|at| at.format("%Y%m%d").to_string()).unwrap_or_default()
    };
    let all: Vec<_> = state.sms.before(Gateway::Aliyun, text("PhoneNumber"), 0).collect();
    let all: Vec<_> = all.into_iter().filter(|one| of_day(one.taken_at) == text("SendDate")).collect();
    let shown = all.iter().rev().skip((page - 1) * size).take(size).map(|one| {
        let (status, code) = match (one.is_reported(), &one.failed) {
            (false, _) => (1, ""),
            (true, Some(code)) => (2, code.as_str()),
            (true, None) => (3, "DELIVERED"),
        };
        let at = beijing(one.taken_at);
        json!({ "OutId": one.reference, "PhoneNum": one.phone, "TemplateCode": SMS_TEMPLATE, "SendStatus": status,
            "ErrCode": code, "SendDate": at, "ReceiveDate": at, "Content": "【示例镇】" })
    });
    let shown: Vec<Value> = shown.collect();
    Ok(json!({ "Code": "OK", "Message": "OK", "TotalCount": all.len().to_string(),
        "SmsSendDetailDTOs": { "SmsSendDetailDTO": shown } }))
}

/// `2017-08-30 00:00:00`, in Beijing.
pub fn beijing(seconds: i64) -> String {
    let local = chrono::DateTime::from_timestamp(seconds + 8 * 3600, 0);
    local.map(|at| at.format("%Y-%m-%d %H:%M:%S").to_string()).unwrap_or_default()
}
