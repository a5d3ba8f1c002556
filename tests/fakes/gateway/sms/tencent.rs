//! Tencent Cloud: SendSms and PullSmsSendStatusByPhoneNumber.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::caps::Capped;
use super::super::ledger::Entry;
use super::super::names::{SIGN_NAME, SMS_TEMPLATE, TENCENT_APP};
use super::super::{World, lock};
use super::{Gateway, tc3};

/// Seconds in which the same is not said twice to a number.
const SAME: i64 = 30;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendSms {
    phone_number_set: Vec<String>,
    sms_sdk_app_id: String,
    sign_name: String,
    template_id: String,
    #[serde(default)]
    template_param_set: Vec<String>,
    #[serde(default)]
    session_context: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Pull {
    begin_time: i64,
    #[serde(default)]
    end_time: Option<i64>,
    limit: usize,
    offset: usize,
    phone_number: String,
    sms_sdk_app_id: String,
}

pub fn serve(world: &web::Data<World>, request: &HttpRequest, action: &str, bytes: &[u8]) -> HttpResponse {
    let now = lock(&world.state).now();
    if let Err(code) = tc3::verify(request, bytes, now) {
        return refuse(code);
    }
    let answered = match action {
        "SendSms" => read(bytes).and_then(|asked| send(world, &asked, now)),
        "PullSmsSendStatusByPhoneNumber" => read(bytes).and_then(|asked| pull(world, &asked)),
        _ => Err("InvalidAction"),
    };
    match answered {
        Ok(response) => HttpResponse::Ok().json(json!({ "Response": response })),
        Err(code) => refuse(code),
    }
}

fn read<T: for<'a> Deserialize<'a>>(bytes: &[u8]) -> Result<T, &'static str> {
    serde_json::from_slice(bytes).map_err(|_| "InvalidParameter")
}

/// A refusal of the whole request.
pub fn refuse(code: &str) -> HttpResponse {
    let error = json!({ "Code": code, "Message": "see the documentation" });
    HttpResponse::Ok().json(json!({ "Response": { "Error": error, "RequestId": "fake" } }))
}

/// A refusal of one number.
pub fn status(code: &str) -> HttpResponse {
    HttpResponse::Ok()
        .json(json!({ "Response": { "SendStatusSet": [of_number(code, "", "")], "RequestId": "fake" } }))
}

fn of_number(code: &str, number: &str, context: &str) -> Value {
    json!({ "SerialNo": number, "PhoneNumber": "", "Fee": u8::from(code == "Ok"), "SessionContext": context,
        "Code": code, "Message": code, "IsoCode": "CN" })
}

fn send(world: &web::Data<World>, asked: &SendSms, now: i64) -> Result<Value, &'static str> {
    if asked.sms_sdk_app_id != TENCENT_APP {
        return Err("UnauthorizedOperation.SmsSdkAppIdVerifyFail");
    }
    if asked.phone_number_set.is_empty() || asked.phone_number_set.len() > 200 {
        return Err("LimitExceeded.PhoneNumberCountLimit");
    }
    let context = &asked.session_context;
    if context.len() > 512 {
        return Err("InvalidParameterValue");
    }
    let each = asked.phone_number_set.iter().map(|phone| match one(world, asked, phone, now) {
        Ok(number) => of_number("Ok", &number, context),
        Err(code) => of_number(code, "", context),
    });
    let each: Vec<Value> = each.collect();
    Ok(json!({ "SendStatusSet": each, "RequestId": "fake" }))
}

fn one(world: &web::Data<World>, asked: &SendSms, phone: &str, now: i64) -> Result<String, &'static str> {
    let phone = phone.strip_prefix("+86").filter(|phone| phone.len() == 11 && phone.starts_with('1'));
    let phone = phone.ok_or("InvalidParameterValue.IncorrectPhoneNumber")?;
    if asked.sign_name != SIGN_NAME {
        return Err("FailedOperation.SignatureIncorrectOrUnapproved");
    }
    if asked.template_id != SMS_TEMPLATE {
        return Err("FailedOperation.TemplateIncorrectOrUnapproved");
    }
    let gaps = &asked.template_param_set;
    if gaps.len() != 2 || gaps.iter().any(|gap| gap.is_empty() || gap.chars().count() > 12) {
        return Err("FailedOperation.TemplateParamSetNotMatchApprovedTemplate");
    }
    let message = {
        let mut state = lock(&world.state);
        if state.sms.rules.blacklist.contains(phone) {
            return Err("FailedOperation.PhoneNumberInBlacklist");
        }
        let content = gaps.join("\n");
        if state.sms.repeats(Gateway::Tencent, phone, &content, now - SAME + 1) {
            return Err("LimitExceeded.PhoneNumberThirtySecondLimit");
        }
        if !state.caps.spend(Capped::Tencent, now) {
            return Err("LimitExceeded.DailyLimit");
        }
        let taken = state.sms.take(Gateway::Tencent, phone, &asked.session_context, content, now);
        taken.ok_or("FailedOperation.InsufficientBalanceInSmsPackage")?
    };
    let entry =
        Entry { channel: "sms_tencent", recipient: phone.to_owned(), key: asked.session_context.clone() };
    lock(&world.ledger).accept(entry).map_err(|_| "InternalError.OtherError")?;
    let number = message.number.clone();
    world.pusher.receipt(message);
    Ok(number)
}

fn pull(world: &web::Data<World>, asked: &Pull) -> Result<Value, &'static str> {
    if asked.sms_sdk_app_id != TENCENT_APP || asked.limit > 100 || asked.offset != 0 {
        return Err("InvalidParameterValue");
    }
    let phone = asked.phone_number.strip_prefix("+86").ok_or("InvalidParameterValue.IncorrectPhoneNumber")?;
    let state = lock(&world.state);
    let until = asked.end_time.unwrap_or(i64::MAX);
    let all = state.sms.before(Gateway::Tencent, phone, asked.begin_time);
    let all = all.filter(|one| one.taken_at <= until && one.is_reported()).take(asked.limit);
    let all: Vec<Value> = all
        .map(|one| {
            let (status, code) = match &one.failed {
                Some(code) => ("FAIL", code.as_str()),
                None => ("SUCCESS", "DELIVRD"),
            };
            json!({ "UserReceiveTime": one.taken_at, "CountryCode": "86", "SubscriberNumber": one.phone,
                "PhoneNumber": asked.phone_number, "SerialNo": one.number, "ReportStatus": status,
                "Description": code, "SessionContext": one.reference })
        })
        .collect();
    Ok(json!({ "PullSmsSendStatusSet": all, "RequestId": "fake" }))
}
