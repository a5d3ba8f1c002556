//! Typed settings: the defaults file, a file of the operator's over it, the environment over both.
//!
//! Everything that is wrong is told at once at start, with the setting's name and how to mend it. Nothing
//! is read from the environment anywhere else, and nothing here is looked at again while we run.

mod gateways;
mod reader;
mod sources;

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use secrecy::SecretString;

pub use gateways::{CallbackKeys, Gateways, OfficialAccount, Sms};
use reader::Reader;
use sources::Sources;

use crate::platform::access::password::PasswordProfile;
use crate::platform::blobs::{BlobSettings, Bucket};
use crate::platform::db::{DatabaseUrl, DbSettings};
use crate::platform::mistakes::Mistakes;
use crate::platform::secrets::SecretSettings;
use crate::platform::web::limits::{Rate, Rates};
use crate::platform::web::{ExportLimits, MessageLimits, NoticeLimits};

crate::text_enum! {
    /// How much the program takes care of by itself.
    pub enum Profile {
        Embedded = "embedded" "一镇一机",
        Production = "production" "正式部署",
    }
}

/// All settings.
#[derive(Debug)]
pub struct Settings {
    /// How much the program takes care of by itself.
    pub profile: Profile,
    /// Where database, photos and secrets are.
    pub data_dir: PathBuf,
    /// The HTTP server.
    pub server: Server,
    /// Where `wangge work` is asked how it is doing; `None` when nobody asks.
    pub work_address: Option<SocketAddr>,
    /// The database.
    pub database: DbSettings,
    /// What is logged.
    pub log: Log,
    /// How often one caller may ask.
    pub limits: Rates,
    /// Photos.
    pub photos: Photos,
    /// How much may be taken away as files.
    pub exports: ExportLimits,
    /// When people may be disturbed by notices, and how fast they are sent.
    pub notices: NoticeLimits,
    /// How long messages are kept.
    pub messages: MessageLimits,
    /// Where WeChat's interface is, without a slash at the end.
    pub wechat_url: String,
    /// The mini-program; `None` when no AppID is set.
    pub wechat: Option<WeChat>,
    /// The other gateways.
    pub gateways: Gateways,
    /// Keys that come from outside.
    pub secrets: SecretSettings,
    /// Which rules passwords follow.
    pub password_profile: PasswordProfile,
    /// The pause before each retry of work that failed; after the last it is given up.
    pub outbox_retries: Vec<Duration>,
}

/// The HTTP server.
#[derive(Debug)]
pub struct Server {
    /// Where to listen.
    pub address: SocketAddr,
    /// The address that people see, without a slash at the end.
    pub public_url: String,
    /// Threads that serve; `None` is one per core.
    pub workers: Option<usize>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Who may read `/metrics`.
    pub metrics_from: Vec<IpNet>,
    /// How long a shutdown waits for requests under way, in seconds.
    pub shutdown_seconds: u64,
}

/// What is logged.
#[derive(Debug, Clone)]
pub struct Log {
    /// A level or tracing directives.
    pub level: String,
    /// One line per request.
    pub access: bool,
}

/// Photos.
#[derive(Debug)]
pub struct Photos {
    /// The largest picture, in bytes.
    pub max_bytes: usize,
    /// Where they are kept.
    pub store: BlobSettings,
}

/// The mini-program.
#[derive(Debug)]
pub struct WeChat {
    /// Where WeChat's interface is, without a slash at the end.
    pub base_url: String,
    /// The AppID.
    pub appid: String,
    /// The AppSecret.
    pub secret: SecretString,
    /// The template of notices.
    pub notice_template: Option<String>,
    /// The keys of that template, and what stands in each.
    pub notice_fields: Vec<(String, String)>,
    /// The template of messages about one's own case.
    pub message_template: Option<String>,
    /// The keys of that template, and what stands in each.
    pub message_fields: Vec<(String, String)>,
    /// Templates for which one consent holds for ever.
    pub long_templates: Vec<String>,
    /// How its events come.
    pub callback: Option<CallbackKeys>,
}

impl Settings {
    /// Reads the file that `WANGGE_CONFIG` names and the environment.
    pub fn load() -> Result<Self, Mistakes> {
        Self::from_sources(Sources::of_process()?)
    }

    /// The settings that a file's text and an environment make; for tests.
    pub fn from_parts(file: &str, environment: &[(&str, &str)]) -> Result<Self, Mistakes> {
        let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self::from_sources(Sources::new(file, environment)?)
    }

    /// Every key of the defaults file, dotted.
    pub fn known_keys() -> Result<Vec<String>, Mistakes> {
        Ok(Sources::new("", std::iter::empty())?.known_keys())
    }

    fn from_sources(sources: Sources) -> Result<Self, Mistakes> {
        let mut r = Reader::new(sources);
        let profile = r.parsed("profile", Profile::Embedded);
        let strict = profile == Profile::Production;
        let data_dir = PathBuf::from(r.text("data_dir"));
        let wechat_url = r.url("wechat.base_url");
        let settings = Self {
            profile,
            server: server(&mut r, strict),
            work_address: work_address(&mut r),
            database: database(&mut r, &data_dir),
            log: Log { level: r.text("log.level"), access: r.flag("log.access") },
            limits: Rates {
                account: rate(&mut r, "account"),
                address: rate(&mut r, "address"),
                auth: rate(&mut r, "auth"),
            },
            photos: photos(&mut r, &data_dir),
            exports: ExportLimits {
                rows: r.number("exports.max_rows", 1, 1_000_000),
                per_day: r.number("exports.per_day", 1, 1000),
            },
            notices: NoticeLimits {
                quiet_from: r.number("notices.quiet_from", 0, 23),
                quiet_until: r.number("notices.quiet_until", 0, 23),
                daily_cap: r.number("notices.daily_cap", 0, 1000),
                subscribe_per_second: r.number("notices.subscribe_per_second", 0, 10_000),
                template_per_second: r.number("notices.template_per_second", 0, 10_000),
                sms_per_second: r.number("notices.sms_per_second", 0, 10_000),
            },
            messages: MessageLimits { keep_days: r.number("messages.keep_days", 60, 3650) },
            wechat: wechat(&mut r, &wechat_url),
            wechat_url,
            gateways: gateways::gateways(&mut r),
            secrets: secrets(&mut r, strict),
            password_profile: match r.one_of("password.profile", &["dengbao", "nist"]).as_str() {
                "nist" => PasswordProfile::Nist,
                _ => PasswordProfile::Dengbao,
            },
            outbox_retries: r.seconds("outbox.retry_seconds"),
            data_dir,
        };
        fit_together(&mut r, &settings);
        r.finish(settings)
    }
}

/// What is right by itself and wrong beside the rest.
fn fit_together(r: &mut Reader, settings: &Settings) {
    let DbSettings { url, replica, .. } = &settings.database;
    let shared = matches!(url, DatabaseUrl::Postgres(_));
    if shared && settings.profile == Profile::Embedded && !settings.secrets.any() {
        // A key file is of one machine; the next node would make another and read nothing of the first's.
        for key in ["secrets.token_keys", "secrets.field_keys", "secrets.index_key"] {
            r.refuse(key, "使用 PostgreSQL 时须由设置提供,各节点相同;首次启动生成的密钥文件只在一台机器上");
        }
    }
    match replica {
        Some(_) if !shared => r.refuse("database.replica", "SQLite 没有只读副本;请删去本项"),
        Some(DatabaseUrl::Sqlite(_)) => {
            r.refuse("database.replica", "PostgreSQL 的只读副本须为 postgres://…")
        }
        _ => {}
    }
}

fn server(r: &mut Reader, strict: bool) -> Server {
    let public_url = r.url("server.public_url");
    if strict && !public_url.starts_with("https://") {
        r.refuse("server.public_url", "production 须为 https:// 开头的网址");
    }
    Server {
        address: r.parsed("server.address", SocketAddr::from(([127, 0, 0, 1], 8080))),
        public_url,
        workers: Some(r.number("server.workers", 0, 1024)).filter(|n| *n > 0),
        trusted_proxies: r.networks("server.trusted_proxies"),
        metrics_from: r.networks("server.metrics_from"),
        shutdown_seconds: r.number("server.shutdown_seconds", 0, 600),
    }
}

fn work_address(r: &mut Reader) -> Option<SocketAddr> {
    let address = r.optional("work.address")?.parse().ok();
    r.require("work.address", address.is_some(), "应为 地址:端口,例如 127.0.0.1:8081;留空则不监听");
    address
}

fn database(r: &mut Reader, data_dir: &std::path::Path) -> DbSettings {
    let beside = DatabaseUrl::Sqlite(data_dir.join("wangge.db"));
    let url = r.database("database.url").unwrap_or(beside);
    DbSettings {
        url,
        replica: r.database("database.replica"),
        connections: r.number("database.connections", 1, 1000),
    }
}

fn rate(r: &mut Reader, whose: &str) -> Rate {
    let mut n = |what: &str| {
        let n: u32 = r.number(&format!("limits.{whose}_{what}"), 1, 1_000_000_000);
        NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN)
    };
    Rate { per_minute: n("per_minute"), burst: n("burst") }
}

fn photos(r: &mut Reader, data_dir: &std::path::Path) -> Photos {
    let max_bytes = r.number("photos.max_bytes", 1024, 100 * 1024 * 1024);
    let store = r.one_of("photos.store", &["local", "s3", "oss", "cos", "obs"]);
    let (endpoint, region) = (r.optional("photos.endpoint"), r.optional("photos.region"));
    let (bucket, access_key) = (r.optional("photos.bucket"), r.optional("photos.access_key"));
    let secret_key = r.secret("photos.secret_key");
    if store == "local" {
        return Photos { max_bytes, store: BlobSettings::Local { dir: data_dir.join("photos") } };
    }
    for (key, given) in [
        ("photos.endpoint", endpoint.is_some()),
        ("photos.bucket", bucket.is_some()),
        ("photos.access_key", access_key.is_some()),
        ("photos.secret_key", secret_key.is_some()),
    ] {
        r.require(key, given, "使用对象存储时必填");
    }
    let bucket = Bucket {
        endpoint: endpoint.unwrap_or_default(),
        bucket: bucket.unwrap_or_default(),
        region,
        access_key: access_key.unwrap_or_default(),
        secret_key: secret_key.unwrap_or_default(),
    };
    let store = match store.as_str() {
        "oss" => BlobSettings::Oss(bucket),
        "cos" => BlobSettings::Cos(bucket),
        "obs" => BlobSettings::Obs(bucket),
        _ => BlobSettings::S3(bucket),
    };
    Photos { max_bytes, store }
}

fn wechat(r: &mut Reader, base_url: &str) -> Option<WeChat> {
    let (appid, secret) = (r.optional("wechat.appid"), r.secret("wechat.secret"));
    let notice_template = r.optional("wechat.notice_template");
    let long_templates = r.texts("wechat.long_templates");
    let notice_fields = r.pairs("wechat.notice_fields");
    let message_template = r.optional("wechat.message_template");
    let message_fields = r.pairs("wechat.message_fields");
    let callback = gateways::callback(r, "wechat");
    r.require("wechat.secret", appid.is_none() || secret.is_some(), "设置了 wechat.appid 时必填");
    r.require("wechat.appid", secret.is_none() || appid.is_some(), "设置了 wechat.secret 时必填");
    r.require("wechat.appid", callback.is_none() || appid.is_some(), "设置了 wechat.callback_token 时必填");
    Some(WeChat {
        base_url: base_url.to_owned(),
        appid: appid?,
        secret: secret?,
        notice_template,
        notice_fields,
        message_template,
        message_fields,
        long_templates,
        callback,
    })
}

fn secrets(r: &mut Reader, strict: bool) -> SecretSettings {
    let mut key = |key: &str| {
        let given = r.secret(key);
        r.require(key, given.is_some() || !strict, "production 必填,宜用环境变量提供");
        given
    };
    SecretSettings {
        token_keys: key("secrets.token_keys"),
        field_keys: key("secrets.field_keys"),
        index_key: key("secrets.index_key"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_alone_start_a_town() {
        let settings = Settings::from_parts("", &[]).unwrap();
        assert_eq!(settings.profile, Profile::Embedded);
        assert_eq!(settings.server.address.port(), 8080);
        assert!(settings.wechat.is_none());
    }

    #[test]
    fn the_environment_goes_over_the_file() {
        let file = "[server]\naddress = \"127.0.0.1:1\"\nworkers = 3";
        let environment = [("WANGGE_SERVER__ADDRESS", "0.0.0.0:2"), ("DATABASE_URL", "sqlite:/x/y.db")];
        let settings = Settings::from_parts(file, &environment).unwrap();
        assert_eq!((settings.server.address.port(), settings.server.workers), (2, Some(3)));
        assert_eq!(format!("{:?}", settings.database.url), "sqlite:/x/y.db");
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let file =
            "profile = \"production\"\n[server]\nadress = \"x\"\nworkers = \"many\"\n[log]\naccess = 7";
        let environment = [("WANGGE_DATABASE__URL", "mysql://me:hush@x"), ("WANGGE_LIMITS__AUTH_BURST", "0")];
        let mistakes = Settings::from_parts(file, &environment).unwrap_err();
        let named: Vec<_> = mistakes.0.iter().map(|mistake| mistake.setting.as_str()).collect();
        for setting in [
            "server.adress",
            "server.workers",
            "server.public_url",
            "log.access",
            "database.url",
            "limits.auth_burst",
            "secrets.token_keys",
            "secrets.field_keys",
            "secrets.index_key",
        ] {
            assert_eq!(named.iter().filter(|name| **name == setting).count(), 1, "{setting}: {mistakes}");
        }
        let shown = mistakes.to_string();
        assert!(shown.contains("server.address") && !shown.contains("hush"), "{shown}");
    }

    #[test]
    fn settings_that_do_not_fit_together_are_refused() {
        let refused = |environment: &[(&str, &str)]| {
            let mistakes = Settings::from_parts("", environment).unwrap_err();
            mistakes.0.into_iter().map(|mistake| mistake.setting).collect::<Vec<_>>()
        };
        let server = ("DATABASE_URL", "postgres://me@db/town");
        let keys = ["secrets.token_keys", "secrets.field_keys", "secrets.index_key"];
        assert_eq!(refused(&[server]), keys, "each node would make keys of its own");
        let index = ("WANGGE_SECRETS__INDEX_KEY", "given");
        assert!(Settings::from_parts("", &[server, index]).is_ok());
        let replica = |url| ("WANGGE_DATABASE__REPLICA", url);
        assert_eq!(refused(&[replica("postgres://me@db/town")]), ["database.replica"], "beside a file");
        assert_eq!(refused(&[server, index, replica("sqlite:/x.db")]), ["database.replica"]);
    }

    #[test]
    fn every_key_of_the_defaults_file_is_read() {
        let mut reader = Reader::new(Sources::new("", std::iter::empty()).unwrap());
        reader.text("data_dir");
        assert!(!reader.unread().is_empty());
        assert!(Settings::known_keys().unwrap().contains(&"server.address".to_owned()));
        // `finish` refuses a key that nobody read, so the defaults alone passing is the proof.
        assert!(Settings::from_parts("", &[]).is_ok());
    }
}
