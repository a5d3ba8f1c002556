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
    let wecom = given.wecom_url.as_deref().map(|url| WeCom::new(url, Patience::default())).transpose();
    let webhook = Webhook::new(given.webhook_networks.clone(), WEBHOOK, clock.clone());
    Ok(Gateways {
        sms: sms
            .map(|one| one.map(Arc::new))
            .collect::<Result<_, _>>()
            .map_err(failed("短信接口无法使用"))?,
        official: official(settings, clock).map_err(failed("公众号接口无法使用"))?,
        wecom: wecom.map_err(failed("企业微信接口无法使用"))?,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::push::sms::SmsGateway;

    const AES_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

    #[test]
    fn a_town_has_the_gateways_that_its_settings_name() {
        let bare = Settings::from_parts("", &[]).unwrap();
        let bare = gateways(&bare, &Clock::System).unwrap();
        assert!(bare.sms.is_empty() && bare.official.is_none());
        assert!(bare.callbacks.is_empty() && bare.sms_callback.is_none());
        // Whom these tell is kept with the outlets, so they are always there.
        assert!(bare.wecom.is_some() && bare.webhook.is_some());
        let settings = [
            ("WANGGE_WECHAT__APPID", "wx1"),
            ("WANGGE_WECHAT__SECRET", "s"),
            ("WANGGE_WECHAT__CALLBACK_TOKEN", "t"),
            ("WANGGE_WECHAT__CALLBACK_AES_KEY", AES_KEY),
            ("WANGGE_OFFICIAL_ACCOUNT__APPID", "wx2"),
            ("WANGGE_OFFICIAL_ACCOUNT__SECRET", "s"),
            ("WANGGE_OFFICIAL_ACCOUNT__CALLBACK_TOKEN", "t"),
            ("WANGGE_SMS__ORDER", "tencent"),
            ("WANGGE_SMS__TENCENT__KEY_ID", "k"),
            ("WANGGE_SMS__TENCENT__KEY_SECRET", "s"),
            ("WANGGE_SMS__TENCENT__SIGN_NAME", "示例镇"),
            ("WANGGE_SMS__TENCENT__TEMPLATE", "1"),
            ("WANGGE_SMS__TENCENT__APP_ID", "1"),
        ];
        let town = Settings::from_parts("", &settings).unwrap();
        let town = gateways(&town, &Clock::System).unwrap();
        let names: Vec<_> = town.sms.iter().map(|sms| sms.gateway()).collect();
        assert_eq!(names, [SmsGateway::Tencent]);
        let accounts: Vec<_> = town.callbacks.iter().map(Callback::appid).collect();
        assert_eq!(accounts, ["wx1", "wx2"]);
        assert_eq!(town.official.map(|official| official.client.appid().to_owned()).as_deref(), Some("wx2"));
    }
}
