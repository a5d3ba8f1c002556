//! Floor 4: puts the building together.
//!
//! [`House::build`] makes everything once from the settings; `routes.rs` is the table of all routes;
//! `serve.rs` starts and drains; `commands.rs` is what else the command line does.

pub mod commands;
pub mod demo;
mod gateways;
mod health;
mod jobs;
pub mod keys;
mod presence;
mod routes;
pub mod serve;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use secrecy::SecretString;

pub use routes::{api, application};

use crate::base::clock::Clock;
use crate::features::areas::LiveMap;
use crate::features::cases::Intake;
use crate::features::dashboard::Live;
use crate::features::sessions::SessionRoster;
use crate::platform::access::Principals;
use crate::platform::access::password::PasswordGate;
use crate::platform::access::token::TokenMint;
use crate::platform::blobs::Blobs;
use crate::platform::config::{self, Settings};
use crate::platform::db::Db;
use crate::platform::photo;
use crate::platform::privacy::Vault;
use crate::platform::push::{WeChat, WeChatSettings};
use crate::platform::telemetry::Measurements;
use crate::platform::web::limits::Limits;
use crate::platform::web::{App, Templates, TrustedProxies, methods::KnownPaths};

/// Why the program cannot do what it was started for, for the person who started it.
#[derive(Debug)]
pub struct Refusal {
    told: String,
    exit_code: u8,
}

/// What sysexits.h calls EX_CONFIG; `RestartPreventExitStatus=` of the service files names it.
const WRONG_SETTINGS: u8 = 78;

impl Refusal {
    /// `what` could not be done because of `why`; another start may succeed.
    pub fn new(what: &str, why: impl fmt::Display) -> Self {
        Self { told: format!("{what}:{why}"), exit_code: 1 }
    }

    /// As [`Self::new`], when settings or keys are wrong: they stay wrong until somebody mends them, so nobody
    /// should start us again before that.
    pub fn settings(what: &str, why: impl fmt::Display) -> Self {
        Self { exit_code: WRONG_SETTINGS, ..Self::new(what, why) }
    }

    /// What the process ends with.
    pub fn exit_code(&self) -> u8 {
        self.exit_code
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told)
    }
}

impl std::error::Error for Refusal {}

/// The built house. Cheap to clone; every worker thread holds one.
#[derive(Clone)]
pub struct House {
    /// What handlers and jobs may ask for.
    pub app: web::Data<App>,
    map: web::Data<LiveMap>,
    intake: web::Data<Intake>,
    live: web::Data<Live>,
    limits: web::Data<Limits>,
    known: web::Data<KnownPaths>,
    description: web::Data<routes::Description>,
    watch: web::Data<health::Watch>,
}

/// How long WeChat may take to be reached, and to answer.
const WECHAT_CONNECT: Duration = Duration::from_secs(3);
const WECHAT_ANSWER: Duration = Duration::from_secs(8);

impl House {
    /// Opens the database and builds all the rest. The tables must be there.
    pub fn build(settings: &Settings, clock: Clock, measurements: Measurements) -> Result<Self, Refusal> {
        let (proxies, watch) = watch(settings, measurements);
        let app = app(settings, clock)?;
        let map = LiveMap::start(app.db.clone());
        Ok(Self {
            intake: web::Data::new(Intake::new(map.clone())),
            map: web::Data::new(map),
            live: web::Data::new(Live::start(app.db.clone())),
            app: web::Data::new(app),
            limits: web::Data::new(Limits::new(settings.limits, proxies)),
            known: web::Data::new(KnownPaths::of(api)),
            description: web::Data::default(),
            watch: web::Data::new(watch),
        })
    }
}

/// Whose addresses are believed, and who may read the measurements.
fn watch(settings: &Settings, measurements: Measurements) -> (TrustedProxies, health::Watch) {
    let proxies = TrustedProxies::new(settings.server.trusted_proxies.clone());
    let readers = settings.server.metrics_from.clone();
    (proxies.clone(), health::Watch::new(measurements, proxies, readers))
}

/// What handlers, jobs and commands may ask for.
pub fn app(settings: &Settings, clock: Clock) -> Result<App, Refusal> {
    let failed = |what: &'static str| move |problem| Refusal::new(what, format!("{problem:?}"));
    let sealed = commands::sealed(settings)?;
    let secrets = keys::keys(settings, !sealed.is_empty())?;
    let vault = Vault::new(&secrets).map_err(failed("加密密钥无法使用"))?;
    sealed.opens_with(&vault)?;
    let vault = Arc::new(vault);
    let db = Db::open(&settings.database, clock.clone());
    let wechat = settings.wechat.as_ref().map(|wechat| wechat_client(wechat, clock.clone())).transpose();
    let url = &settings.server.public_url;
    let uploads = settings.data_dir.join("uploads");
    std::fs::create_dir_all(&uploads).map_err(|error| Refusal::new("数据目录无法使用", error))?;
    Ok(App {
        db: db.map_err(|error| Refusal::new("数据库打不开", error))?,
        principals: Principals::new(Arc::new(SessionRoster::new(clock.clone()))).with_aliases(vault.clone()),
        tokens: Arc::new(TokenMint::new(&secrets.token_keys, url, url).map_err(failed("登录密钥无法使用"))?),
        vault,
        passwords: PasswordGate::new().map_err(failed("口令校验无法启动"))?,
        password_profile: settings.password_profile,
        blobs: Blobs::open(&settings.photos.store).map_err(failed("照片存放处无法使用"))?,
        photo_limits: photo::Limits { bytes: settings.photos.max_bytes, ..photo::Limits::default() },
        uploads,
        public_url: url.trim_end_matches('/').into(),
        export_limits: settings.exports,
        notice_limits: settings.notices,
        message_limits: settings.messages,
        templates: Arc::new(settings.wechat.as_ref().map(templates).unwrap_or_default()),
        wechat: wechat.map_err(failed("微信接口无法使用"))?.map(Arc::new),
        gateways: Arc::new(gateways::gateways(settings, &clock)?),
        clock,
    })
}

fn wechat_client(settings: &config::WeChat, clock: Clock) -> crate::base::Result<WeChat> {
    WeChat::new(account(&settings.base_url, &settings.appid, &settings.secret), clock)
}

/// How an account at WeChat is reached.
fn account(base_url: &str, appid: &str, secret: &SecretString) -> WeChatSettings {
    let (base_url, appid, secret) = (base_url.to_owned(), appid.to_owned(), secret.clone());
    WeChatSettings { base_url, appid, secret, connect_timeout: WECHAT_CONNECT, timeout: WECHAT_ANSWER }
}

fn templates(settings: &config::WeChat) -> Templates {
    Templates {
        notice: settings.notice_template.clone(),
        notice_fields: settings.notice_fields.clone(),
        message: settings.message_template.clone(),
        message_fields: settings.message_fields.clone(),
        long: settings.long_templates.clone(),
    }
}
