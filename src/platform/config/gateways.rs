//! The settings of the gateways: a part that is left empty is a gateway that the town has not.

use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};

use super::reader::Reader;
use crate::platform::push::Patience;
use crate::platform::push::sms::{SmsGateway, SmsSettings, SmsTemplate, TencentApp};
use crate::platform::push::wechat::callback::Callback;

/// The shortest secret in an address that anybody can ask.
const SECRET: usize = 16;

/// The gateways besides the mini-program.
#[derive(Debug, Default)]
pub struct Gateways {
    /// For text messages, in the order in which they are tried.
    pub sms: Vec<Sms>,
    /// What the addresses for receipts of text messages end in.
    pub sms_callback: Option<SecretString>,
    /// The official account.
    pub official_account: Option<OfficialAccount>,
    /// Where WeCom's interface is, without a slash at the end; the keys of robots are kept with the outlets. None: nowhere.
    pub wecom_url: Option<String>,
    /// Networks that webhooks may reach besides the internet; their addresses are kept with the outlets.
    pub webhook_networks: Vec<IpNet>,
}

/// A gateway for text messages.
#[derive(Debug)]
pub enum Sms {
    /// Alibaba Cloud.
    Aliyun(SmsSettings),
    /// Tencent Cloud.
    Tencent(SmsSettings, TencentApp),
}

/// The official account.
#[derive(Debug)]
pub struct OfficialAccount {
    /// The AppID.
    pub appid: String,
    /// The AppSecret.
    pub secret: SecretString,
    /// The template of notices.
    pub notice_template: Option<String>,
    /// The keys of that template, and what stands in each.
    pub notice_fields: Vec<(String, String)>,
    /// How its events come.
    pub callback: Option<CallbackKeys>,
}

/// What WeChat signs and encrypts the events of an account with.
#[derive(Debug)]
pub struct CallbackKeys {
    /// The Token.
    pub token: SecretString,
    /// The EncodingAESKey; none is 明文模式.
    pub aes_key: Option<SecretString>,
}

/// Reads all of them.
pub(super) fn gateways(r: &mut Reader) -> Gateways {
    Gateways {
        sms: sms(r),
        sms_callback: sms_callback(r),
        official_account: official_account(r),
        wecom_url: Some(r.url("wecom.base_url")),
        webhook_networks: r.networks("webhook.allowed_networks"),
    }
}

/// The keys of an account's events, in section `account`.
pub(super) fn callback(r: &mut Reader, account: &str) -> Option<CallbackKeys> {
    let (token_key, aes) = (format!("{account}.callback_token"), format!("{account}.callback_aes_key"));
    let (token, aes_key) = (r.secret(&token_key), r.secret(&aes));
    r.require(&token_key, aes_key.is_none() || token.is_some(), &format!("设置了 {aes} 时必填"));
    if let Some(key) = &aes_key {
        let fits = Callback::new(account, SecretString::from(""), Some(key)).is_ok();
        r.require(&aes, fits, "应为微信后台的 EncodingAESKey,43 个字母和数字");
    }
    token.map(|token| CallbackKeys { token, aes_key })
}

fn sms(r: &mut Reader) -> Vec<Sms> {
    let mut order: Vec<SmsGateway> = Vec::new();
    for name in r.texts("sms.order") {
        match name.parse() {
            Ok(gateway) if !order.contains(&gateway) => order.push(gateway),
            Ok(_) => r.refuse("sms.order", format!("{name} 写了两次")),
            Err(_) => r.refuse("sms.order", format!("不认识 {name},应为 aliyun 或 tencent")),
        }
    }
    // Read whether used or not, so that every mistake is told and none is hidden by the order.
    let aliyun = sms_settings(r, "aliyun", order.contains(&SmsGateway::Aliyun));
    let used = order.contains(&SmsGateway::Tencent);
    let tencent = sms_settings(r, "tencent", used);
    let app = TencentApp {
        id: r.optional("sms.tencent.app_id").unwrap_or_default(),
        region: r.text("sms.tencent.region"),
    };
    r.require("sms.tencent.app_id", !used || !app.id.is_empty(), "sms.order 中有 tencent 时必填");
    let (mut aliyun, mut tencent) = (Some(aliyun), Some((tencent, app)));
    let made = order.into_iter().filter_map(|gateway| match gateway {
        SmsGateway::Aliyun => aliyun.take().map(Sms::Aliyun),
        SmsGateway::Tencent => tencent.take().map(|(settings, app)| Sms::Tencent(settings, app)),
    });
    made.collect()
}

fn sms_settings(r: &mut Reader, gateway: &str, used: bool) -> SmsSettings {
    let key = |name: &str| format!("sms.{gateway}.{name}");
    let mut needed = |name: &str| {
        let text = r.optional(&key(name)).unwrap_or_default();
        let why = format!("sms.order 中有 {gateway} 时必填");
        r.require(&key(name), !used || !text.is_empty(), &why);
        text
    };
    let (key_id, sign_name, code) = (needed("key_id"), needed("sign_name"), needed("template"));
    let key_secret = SecretString::from(needed("key_secret"));
    let fields = r.pairs(&key("fields"));
    r.require(&key("fields"), !used || !fields.is_empty(), "不能为空");
    SmsSettings {
        endpoint: r.url(&key("endpoint")),
        key_id,
        key_secret,
        sign_name,
        template: SmsTemplate { code, fields, longest: r.number(&key("longest"), 2, 500) },
        patience: Patience::default(),
    }
}

fn sms_callback(r: &mut Reader) -> Option<SecretString> {
    let secret = r.secret("sms.callback_secret")?;
    let text = secret.expose_secret();
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let fits = text.len() >= SECRET && plain;
    r.require("sms.callback_secret", fits, "应为至少 16 个字母、数字、- 或 _");
    Some(secret)
}

fn official_account(r: &mut Reader) -> Option<OfficialAccount> {
    let (appid, secret) = (r.optional("official_account.appid"), r.secret("official_account.secret"));
    let notice_template = r.optional("official_account.notice_template");
    let notice_fields = r.pairs("official_account.notice_fields");
    let callback = callback(r, "official_account");
    for (needed, other, given) in [
        ("secret", "appid", appid.is_none() || secret.is_some()),
        ("appid", "secret", secret.is_none() || appid.is_some()),
        ("appid", "callback_token", callback.is_none() || appid.is_some()),
    ] {
        let why = format!("设置了 official_account.{other} 时必填");
        r.require(&format!("official_account.{needed}"), given, &why);
    }
    Some(OfficialAccount { appid: appid?, secret: secret?, notice_template, notice_fields, callback })
}

#[cfg(test)]
mod tests {
    use super::super::Settings;

    const SMS: [(&str, &str); 10] = [
        ("WANGGE_SMS__ORDER", "tencent,aliyun"),
        ("WANGGE_SMS__ALIYUN__KEY_ID", "a"),
        ("WANGGE_SMS__ALIYUN__KEY_SECRET", "hush"),
        ("WANGGE_SMS__ALIYUN__SIGN_NAME", "示例镇"),
        ("WANGGE_SMS__ALIYUN__TEMPLATE", "SMS_1"),
        ("WANGGE_SMS__TENCENT__KEY_ID", "t"),
        ("WANGGE_SMS__TENCENT__KEY_SECRET", "hush"),
        ("WANGGE_SMS__TENCENT__SIGN_NAME", "示例镇"),
        ("WANGGE_SMS__TENCENT__TEMPLATE", "1"),
        ("WANGGE_SMS__TENCENT__APP_ID", "1400000000"),
    ];

    fn refused(environment: &[(&str, &str)]) -> Vec<String> {
        let mistakes = Settings::from_parts("", environment).unwrap_err();
        assert!(!mistakes.to_string().contains("hush"), "{mistakes}");
        mistakes.0.into_iter().map(|mistake| mistake.setting).collect()
    }

    #[test]
    fn a_town_that_sets_nothing_has_no_gateway() {
        let gateways = Settings::from_parts("", &[]).unwrap().gateways;
        assert!(gateways.sms.is_empty() && gateways.sms_callback.is_none());
        assert!(gateways.official_account.is_none() && gateways.webhook_networks.is_empty());
    }

    #[test]
    fn gateways_for_text_messages_are_tried_in_the_order_that_is_set() {
        let gateways = Settings::from_parts("", &SMS).unwrap().gateways;
        let names: Vec<_> = gateways.sms.iter().map(|one| format!("{one:?}")).collect();
        assert!(names[0].starts_with("Tencent") && names[1].starts_with("Aliyun"), "{names:?}");
        assert!(!names.concat().contains("hush"), "a secret prints itself");
    }

    #[test]
    fn what_a_gateway_lacks_is_told_all_at_once() {
        let lacking = refused(&[("WANGGE_SMS__ORDER", "aliyun,tencent")]);
        assert_eq!(lacking.len(), 9, "{lacking:?}");
        assert_eq!(refused(&[("WANGGE_SMS__ORDER", "huawei")]), ["sms.order"]);
        let twice: Vec<_> = SMS.iter().copied().chain([("WANGGE_SMS__ORDER", "aliyun,aliyun")]).collect();
        assert_eq!(refused(&twice), ["sms.order"]);
    }

    #[test]
    fn secrets_of_wrong_form_are_told_and_not_repeated() {
        for (name, value, setting) in [
            ("WANGGE_SMS__CALLBACK_SECRET", "hush", "sms.callback_secret"),
            ("WANGGE_SMS__CALLBACK_SECRET", "hush/with/slashes/in/it", "sms.callback_secret"),
            ("WANGGE_WECOM__BASE_URL", "hush", "wecom.base_url"),
            ("WANGGE_WEBHOOK__ALLOWED_NETWORKS", "hush", "webhook.allowed_networks"),
        ] {
            assert_eq!(refused(&[(name, value)]), [setting], "{value}");
        }
        let account = [("WANGGE_WECHAT__APPID", "wx1"), ("WANGGE_WECHAT__SECRET", "hush")];
        let with = |more: &[(&'static str, &'static str)]| [&account, more].concat();
        let aes = ("WANGGE_WECHAT__CALLBACK_AES_KEY", "hush");
        assert_eq!(refused(&with(&[aes])), ["wechat.callback_token", "wechat.callback_aes_key"]);
        assert_eq!(refused(&[("WANGGE_WECHAT__CALLBACK_TOKEN", "hush")]), ["wechat.appid"]);
        assert_eq!(refused(&[("WANGGE_OFFICIAL_ACCOUNT__APPID", "wx2")]), ["official_account.secret"]);
    }
}
