//! Builds the gateways that the settings name.

use std::sync::Arc;
use std::time::Duration;

use super::{Refusal, account};
use crate::base::clock::Clock;
use crate::base::problem::Problem;
use crate::platform::config::{self, Settings};
use crate::platform::push::sms::Sms;
use crate::platform::push::wechat::callback::Callback;
use crate::platform::push::{Gateways, Official, OfficialAccount, Patience, WeCom, Webhook};

/// How long a receiver of webhooks may take to be reached, and to answer.
const WEBHOOK: Patience = Patience { connect: Duration::from_secs(5), whole: Duration::from_secs(15) };

/// All gateways besides the mini-program.
pub fn gateways(settings: &Settings, clock: &Clock) -> Result<Gateways, Refusal> {
    let given = &settings.gateways;
    let failed = |what: &'static str| move |problem: Problem| Refusal::new(what, format!("{problem:?}"));
    let sms = given.sms.iter().map(|one| match one {
        config::Sms::Aliyun(of) => Sms::aliyun(of.clone(), clock.clone()),
        config::Sms::Tencent(of, app) => Sms::tencent(of.clone(), app.clone(), clock.clone()),
    });
    let wecom = WeCom::new(&given.wecom_url, Patience::default()).map_err(failed("企业微信接口无法使用"))?;
    let webhook = Webhook::new(given.webhook_networks.clone(), WEBHOOK, clock.clone());
    Ok(Gateways {
        sms: sms
            .map(|one| one.map(Arc::new))
            .collect::<Result<_, _>>()
            .map_err(failed("短信接口无法使用"))?,
        official: official(settings, clock).map_err(failed("公众号接口无法使用"))?,
        wecom: Some(wecom),
        webhook: Some(webhook.map_err(failed("Webhook 无法使用"))?),
        callbacks: callbacks(settings)?,
        sms_callback: given.sms_callback.clone(),
    })
}

fn official(settings: &Settings, clock: &Clock) -> Result<Option<Official>, Problem> {
    let Some(given) = &settings.gateways.official_account else { return Ok(None) };
    // The same interface as the mini-program's.
    let client =
        OfficialAccount::new(account(&settings.wechat_url, &given.appid, &given.secret), clock.clone())?;
    let notice = given.notice_template.clone().map(|template| (template, given.notice_fields.clone()));
    Ok(Some(Official { client: Arc::new(client), notice }))
}

/// Where WeChat pushes to: one address for both accounts, which their signatures tell apart.
fn callbacks(settings: &Settings) -> Result<Vec<Callback>, Refusal> {
    let mini = settings.wechat.as_ref().and_then(|of| Some((&of.appid, of.callback.as_ref()?)));
    let official = settings.gateways.official_account.as_ref();
    let official = official.and_then(|of| Some((&of.appid, of.callback.as_ref()?)));
    let callback = |(appid, keys): (&String, &config::CallbackKeys)| {
        Callback::new(appid, keys.token.clone(), keys.aes_key.as_ref())
            .map_err(|_| Refusal::settings("消息推送无法接收", "EncodingAESKey 不正确"))
    };
    mini.into_iter().chain(official).map(callback).collect()
}
