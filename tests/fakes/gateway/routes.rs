//! The table of all paths, and those of WeChat. Every answer of WeChat is HTTP 200 with JSON.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::ledger::Entry;
use super::push::{Account, Event};
use super::state::{Message, State};
use super::tokens::Worth;
use super::{APPID, OFFICIAL_APPID, OFFICIAL_SECRET, SECRET, World, hook, lock, official, sms, wecom};

pub type Query = web::Query<HashMap<String, String>>;
/// The answer, or an errcode with its text.
pub type Answer = Result<Value, (i64, String)>;

/// Mounts every path; what is not here answers as an unknown path does.
pub fn mount(config: &mut web::ServiceConfig) {
    let get = |path: &str| {
        web::resource(path.to_owned())
            .default_service(web::to(|| async { refuse(43001, "require GET method") }))
    };
    let post = |path: &str| {
        web::resource(path.to_owned())
            .default_service(web::to(|| async { refuse(43002, "require POST method") }))
    };
    config
        .service(get("/sns/jscode2session").route(web::get().to(session)))
        .service(get("/cgi-bin/token").route(web::get().to(token)))
        .service(post("/cgi-bin/stable_token").route(web::post().to(stable_token)))
        .service(post("/wxa/business/getuserphonenumber").route(web::post().to(phone)))
        .service(post("/cgi-bin/message/subscribe/send").route(web::post().to(send)))
        .service(post("/cgi-bin/message/template/send").route(web::post().to(official::send)))
        .service(get("/cgi-bin/user/info").route(web::get().to(official::info)))
        .service(post("/cgi-bin/webhook/send").route(web::post().to(wecom::send)))
        .service(post("/hook/{name}").route(web::post().to(hook::receive)))
        .service(post("/").route(web::post().to(sms::dispatch)))
        .default_service(web::to(|| async { refuse(40066, "invalid url") }));
}

/// An answer that refuses, with a request id as WeChat appends one.
pub fn refuse(errcode: i64, errmsg: &str) -> HttpResponse {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let n = COUNT.fetch_add(1, Ordering::Relaxed);
    let rid =
        format!("{:08x}-{n:08x}-{:08x}", 0x6a00_0000_u64 + n, n.wrapping_mul(0x9e37_79b9) & 0xffff_ffff);
    HttpResponse::Ok().json(json!({ "errcode": errcode, "errmsg": format!("{errmsg} rid: {rid}") }))
}

pub fn answer(answer: Answer) -> HttpResponse {
    match answer {
        Ok(body) => HttpResponse::Ok().json(body),
        Err((errcode, errmsg)) => refuse(errcode, &errmsg),
    }
}

pub fn plain(errcode: i64) -> (i64, String) {
    let errmsg = match errcode {
        40003 => "invalid openid",
        40029 => "invalid code",
        40037 => "invalid template_id",
        40163 => "code been used",
        40226 => "code blocked",
        41030 => "invalid page",
        43004 => "require subscribe",
        43101 => "user refuse to accept the msg",
        45066 => "same client_msg_id too frequent",
        45009 => "reach max api daily quota limit",
        45011 => "api minute-quota reach limit, must slower, retry next minute",
        _ => "error",
    };
    (errcode, errmsg.to_owned())
}

/// Looks at the credentials; answers whose they are.
fn credentials(appid: Option<&String>, secret: Option<&String>) -> Result<Account, (i64, String)> {
    match (appid, secret) {
        (Some(appid), Some(secret)) if appid == OFFICIAL_APPID && secret == OFFICIAL_SECRET => {
            Ok(Account::Official)
        }
        (Some(appid), Some(_)) if appid == OFFICIAL_APPID => Err((40125, "invalid appsecret".into())),
        (None, _) => Err((41002, "appid missing".into())),
        (_, None) => Err((41004, "appsecret missing".into())),
        (Some(appid), _) if appid != APPID => Err((40013, "invalid appid".into())),
        (_, Some(secret)) if secret != SECRET => Err((40125, "invalid appsecret".into())),
        _ => Ok(Account::MiniProgram),
    }
}

fn access(state: &State, query: &Query) -> Result<(), (i64, String)> {
    let token = query.get("access_token").ok_or((41001, "access_token missing".to_owned()))?;
    match state.tokens.worth(token, state.now()) {
        Worth::Good => Ok(()),
        Worth::Expired => Err((42001, "access_token expired".into())),
        Worth::Unknown => Err((40001, "invalid credential, access_token is invalid or not latest".into())),
    }
}

pub fn body<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, (i64, String)> {
    serde_json::from_slice(bytes).map_err(|_| (47001, "data format error".to_owned()))
}

async fn session(world: web::Data<World>, query: Query) -> HttpResponse {
    let exchange = || -> Answer {
        credentials(query.get("appid"), query.get("secret"))?;
        let code = query.get("js_code").ok_or((41008, "missing code".to_owned()))?;
        if query.get("grant_type").map(String::as_str) != Some("authorization_code") {
            return Err((40002, "invalid grant_type".into()));
        }
        let person = lock(&world.state).login(code).map_err(plain)?;
        let mut body = json!({ "openid": person.openid, "session_key": "ZmFrZS1zZXNzaW9uLWtleQ==" });
        if let Some(unionid) = person.unionid {
            body["unionid"] = unionid.into();
        }
        Ok(body)
    };
    answer(exchange())
}

async fn token(world: web::Data<World>, query: Query) -> HttpResponse {
    let exchange = || -> Answer {
        credentials(query.get("appid"), query.get("secret"))?;
        if query.get("grant_type").map(String::as_str) != Some("client_credential") {
            return Err((40002, "invalid grant_type".into()));
        }
        let mut state = lock(&world.state);
        let now = state.now();
        let (token, expires_in) = state.tokens.classic(now);
        Ok(json!({ "access_token": token, "expires_in": expires_in }))
    };
    answer(exchange())
}

#[derive(Deserialize)]
struct StableToken {
    grant_type: Option<String>,
    appid: Option<String>,
    secret: Option<String>,
    #[serde(default)]
    force_refresh: bool,
}

async fn stable_token(world: web::Data<World>, bytes: web::Bytes) -> HttpResponse {
    let exchange = || -> Answer {
        let asked: StableToken = body(&bytes)?;
        let account = credentials(asked.appid.as_ref(), asked.secret.as_ref())?;
        if asked.grant_type.as_deref() != Some("client_credential") {
            return Err((40002, "invalid grant_type".into()));
        }
        let mut state = lock(&world.state);
        let now = state.now();
        let tokens = match account {
            Account::Official => &mut state.official_tokens,
            _ => &mut state.tokens,
        };
        let (token, expires_in) = tokens.stable(now, asked.force_refresh).map_err(plain)?;
        Ok(json!({ "access_token": token, "expires_in": expires_in }))
    };
    answer(exchange())
}

#[derive(Deserialize)]
struct PhoneCode {
    code: String,
}

async fn phone(world: web::Data<World>, query: Query, bytes: web::Bytes) -> HttpResponse {
    let exchange = || -> Answer {
        let mut state = lock(&world.state);
        access(&state, &query)?;
        let (number, appid) = state.phone(&body::<PhoneCode>(&bytes)?.code).map_err(plain)?;
        let (country, pure) = match number.strip_prefix('+') {
            Some(abroad) => abroad.split_at(abroad.len().min(3)),
            None => ("86", number.as_str()),
        };
        Ok(json!({
            "errcode": 0,
            "errmsg": "ok",
            "phone_info": {
                "phoneNumber": format!("+{country}{pure}"),
                "purePhoneNumber": pure,
                "countryCode": country,
                "watermark": { "timestamp": state.now(), "appid": appid.unwrap_or_else(|| APPID.to_owned()) },
            },
        }))
    };
    answer(exchange())
}

async fn send(world: web::Data<World>, query: Query, bytes: web::Bytes) -> HttpResponse {
    let exchange = || -> Answer {
        let message: Message = body(&bytes)?;
        let (number, now) = {
            let mut state = lock(&world.state);
            access(&state, &query)?;
            let number = state.accept(&message).map_err(|(errcode, key)| match key {
                Some(key) => (errcode, format!("argument invalid! data.{key}.value invalid")),
                None => plain(errcode),
            })?;
            (number, state.now())
        };
        let entry =
            Entry { channel: "subscribe", key: key_of(&message.page), recipient: message.touser.clone() };
        lock(&world.ledger).accept(entry).map_err(|error| (-1, error.to_string()))?;
        let item = json!({ "TemplateId": message.template_id, "MsgID": number, "ErrorCode": "0", "ErrorStatus": "success" });
        world.pusher.event(Event {
            account: Account::MiniProgram,
            person: message.touser,
            at: now,
            word: "subscribe_msg_sent_event".into(),
            more: json!({ "List": item }),
        });
        Ok(json!({ "errcode": 0, "errmsg": "ok", "msgid": number }))
    };
    answer(exchange())
}

/// The value of `n=` in the page's query; empty when the sender gave none.
fn key_of(page: &str) -> String {
    let query = page.split_once('?').map_or("", |(_, query)| query);
    query.split('&').find_map(|pair| pair.strip_prefix("n=")).unwrap_or_default().to_owned()
}
