//! Taking what is told: noted, done and handed on in one transaction, so that a telling that comes again after a crash
//! finds all of it or nothing.

use std::collections::BTreeMap;

use secrecy::ExposeSecret;
use subtle::ConstantTimeEq;

use super::jobs::{
    SmsReport, SmsReported, SubscribeReport, SubscribeReported, TemplateFate, TemplateReported,
};
use super::store::{self, Noted};
use crate::base::hex::sha256_hex;
use crate::base::problem::{Code, Problem, Result};
use crate::features::sessions::told;
use crate::platform::db::Tx;
use crate::platform::outbox;
use crate::platform::push::sms::{SmsGateway, SmsReceipt};
use crate::platform::push::wechat::callback::{Callback, Event, Push, Refused, Signed, Told};
use crate::platform::web::{App, Templates};

/// Receipts of one push; the gateways send at most 100, and whatever is longer than this is none of theirs.
const RECEIPTS: usize = 500;

/// What to answer to WeChat's check of the address.
///
/// # Errors
/// 404 in a town without the keys; 403 when it is not signed with one of them.
pub fn greet(app: &App, asked: &Signed) -> Result<String> {
    let now = app.clock.now();
    first(&app.gateways.callbacks, |callback| callback.greet(asked, now)).map(|(_, echo)| echo)
}

/// Takes an event of WeChat.
///
/// # Errors
/// 404 in a town without the keys; 403 when it is not signed, not young, or not for one of our accounts; 400 when it is
/// no event.
pub async fn take_event(app: &App, asked: &Signed, body: &[u8]) -> Result<()> {
    let now = app.clock.now();
    let (callback, push) = first(&app.gateways.callbacks, |callback| callback.open(asked, body, now))?;
    if push.event.told == Told::Other {
        return Ok(());
    }
    let (appid, templates) = (callback.appid().to_owned(), app.templates.clone());
    let Push { event, key, seal } = push;
    let taken = app.db.write(move |tx| {
        let noted = store::note(tx, &key, &seal)?;
        if noted == Noted::New {
            act(tx, &appid, &templates, &event)?;
        }
        Ok(noted)
    });
    match taken.await? {
        Noted::New | Noted::Before => Ok(()),
        Noted::Forged => Err(refusal(Refused::Signature)),
    }
}

/// The first account that believes it. When none does, the reason of the one that came furthest.
fn first<T>(
    callbacks: &[Callback],
    read: impl Fn(&Callback) -> std::result::Result<T, Refused>,
) -> Result<(&Callback, T)> {
    let mut why = None;
    for callback in callbacks {
        match read(callback) {
            Ok(read) => return Ok((callback, read)),
            Err(refused) if why.is_none() || why == Some(Refused::Signature) => why = Some(refused),
            Err(_) => {}
        }
    }
    Err(why.map_or_else(Problem::not_found, refusal))
}

fn refusal(why: Refused) -> Problem {
    match why {
        Refused::Signature => Problem::because(Code::Forbidden, "签名不符"),
        Refused::Stale => Problem::because(Code::Forbidden, "时间戳与本机时间相差超过 5 分钟"),
        Refused::Plain => Problem::because(Code::Forbidden, "已设置 EncodingAESKey,不接收明文"),
        Refused::Cipher => Problem::because(Code::Forbidden, "不能用所设的 EncodingAESKey 解密"),
        Refused::ForeignApp => Problem::because(Code::Forbidden, "不是本系统的 AppID"),
        Refused::Unreadable => Problem::because(Code::BadRequest, "不是消息推送的 XML 或 JSON"),
    }
}

fn act(tx: &mut Tx, appid: &str, templates: &Templates, event: &Event) -> Result<()> {
    let user = told::known(tx, appid, &event.person)?;
    match (&event.told, user) {
        (Told::Popup(answers), Some(user)) => told::answered(tx, templates, user, answers),
        (Told::Changed(answers), Some(user)) => told::changed(tx, user, answers),
        (Told::Withdrawn, Some(user)) => told::withdrew(tx, user, event.word()),
        (Told::Followed, _) => told::followed(tx, appid, &event.person),
        (Told::Unfollowed, Some(user)) => told::unfollowed(tx, user, event.word()),
        (Told::Sent(reports), user) if !reports.is_empty() => {
            let reports = reports.iter().map(|report| SubscribeReport {
                msgid: report.msgid.clone(),
                template: report.template.clone(),
                error_code: report.error_code.clone(),
            });
            outbox::add(tx, &SubscribeReported { user, reports: reports.collect(), at: event.created_at })
        }
        (Told::TemplateFinished { msgid, status }, _) => {
            let fate = match status.as_str() {
                "success" => TemplateFate::Delivered,
                status if status.contains("block") => TemplateFate::Blocked,
                _ => TemplateFate::Failed,
            };
            outbox::add(tx, &TemplateReported { msgid: msgid.clone(), fate, at: event.created_at })
        }
        (Told::Popup(_) | Told::Changed(_) | Told::Withdrawn | Told::Unfollowed, None)
        | (Told::Sent(_) | Told::Other, _) => Ok(()),
    }
}

/// Takes receipts of text messages, pushed to the address that ends in `secret`.
///
/// # Errors
/// 404 for another secret, and in a town that sets none; 400 for what is no list; 413 for one that is too long.
pub async fn take_receipts(app: &App, gateway: SmsGateway, secret: &str, body: &[u8]) -> Result<()> {
    let ours = app.gateways.sms_callback.as_ref().ok_or_else(Problem::not_found)?;
    if !bool::from(ours.expose_secret().as_bytes().ct_eq(secret.as_bytes())) {
        return Err(Problem::not_found());
    }
    let receipts = gateway.receipts(body, app.clock.now())?;
    if receipts.len() > RECEIPTS {
        return Err(Problem::because(Code::TooLarge, format!("一次最多 {RECEIPTS} 条回执")));
    }
    // By what they say: the same receipt again is the same, another word about the same message is another.
    let by_key: BTreeMap<String, SmsReport> =
        receipts.into_iter().map(|receipt| (key_of(&receipt), report(receipt))).collect();
    if by_key.is_empty() {
        return Ok(());
    }
    let taken = app.db.write(move |tx| {
        let new = store::note_all(tx, by_key.keys().cloned().collect())?;
        let reports: Vec<_> = new.iter().filter_map(|key| by_key.get(key).cloned()).collect();
        if reports.is_empty() { Ok(()) } else { outbox::add(tx, &SmsReported { gateway, reports }) }
    });
    taken.await
}

fn key_of(receipt: &SmsReceipt) -> String {
    let SmsReceipt { gateway, reference, gateway_no, result, code, .. } = receipt;
    sha256_hex(format!("{gateway}\n{reference}\n{gateway_no}\n{result}\n{code}").as_bytes())
}

fn report(receipt: SmsReceipt) -> SmsReport {
    let SmsReceipt { reference, gateway_no, result, code, at, .. } = receipt;
    SmsReport { reference, gateway_no, result, code, at }
}
