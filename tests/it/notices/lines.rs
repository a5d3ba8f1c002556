//! The outside channels of a scene: text messages and the official account, beside the mini-program.

use std::sync::Arc;
use std::time::Duration;

use diesel::prelude::*;
use secrecy::SecretString;
use serde_json::{Value, json};
use uuid::Uuid;
use wangge::base::clock::Clock;
use wangge::base::id::Id;
use wangge::base::sensitive::Phone;
use wangge::features::notices::{
    Line, Manners, Sender, SenderSettings, Subscribe, Template, TextMessages, Ways,
};
use wangge::platform::access::Resident;
use wangge::platform::db::Db;
use wangge::platform::db::schema::residents;
use wangge::platform::push::sms::{Sms, SmsSettings, SmsTemplate, TencentApp};
use wangge::platform::push::{OfficialAccount, Patience, WeChatSettings};

use super::scene::{Scene, household};
use crate::fakes::gateway::{
    ALIYUN_KEY, ALIYUN_SECRET, APPID, OFFICIAL_APPID, OFFICIAL_SECRET, SIGN_NAME, SMS_TEMPLATE, TENCENT_APP,
    TENCENT_KEY, TENCENT_SECRET,
};

/// The channels of a town that has all of them.
pub fn all() -> Ways {
    Ways { subscribe: Some(APPID.to_owned()), template: Some(OFFICIAL_APPID.to_owned()), sms: true }
}

/// A town with these channels, and senders on them.
pub struct Lines {
    senders: Vec<Sender>,
}

impl Lines {
    /// Senders on every channel, on the node `db`.
    pub fn of(scene: &Scene, db: &Db) -> Self {
        let patience = Patience { connect: Duration::from_secs(5), whole: Duration::from_secs(5) };
        let fields = [("title", "title"), ("instruction", "instruction")];
        let fields: Vec<_> = fields.map(|(gap, word)| (gap.to_owned(), word.to_owned())).to_vec();
        let settings = |key: &str, secret: &str| SmsSettings {
            endpoint: format!("http://{}", scene.wechat.addr),
            key_id: key.into(),
            key_secret: SecretString::from(secret),
            sign_name: SIGN_NAME.into(),
            template: SmsTemplate { code: SMS_TEMPLATE.into(), fields: fields.clone(), longest: 12 },
            patience,
        };
        let clock: Clock = scene.base.clock.clone();
        let app = TencentApp { id: TENCENT_APP.into(), region: "ap-guangzhou".into() };
        let texts = vec![
            Arc::new(Sms::aliyun(settings(ALIYUN_KEY, ALIYUN_SECRET), clock.clone()).unwrap()),
            Arc::new(Sms::tencent(settings(TENCENT_KEY, TENCENT_SECRET), app, clock.clone()).unwrap()),
        ];
        let account = WeChatSettings {
            base_url: format!("http://{}", scene.wechat.addr),
            appid: OFFICIAL_APPID.into(),
            secret: SecretString::from(OFFICIAL_SECRET),
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(5),
        };
        let account = Arc::new(OfficialAccount::new(account, clock).unwrap());
        let fields = Subscribe::usual_fields();
        let opens = Some(APPID.to_owned());
        let lines = [
            Line::subscribe(
                Arc::clone(scene.app.wechat.as_ref().unwrap()),
                Subscribe::new(APPID.into(), "T1".into(), fields.clone()).unwrap(),
            ),
            Line::template(
                account,
                Template::new(OFFICIAL_APPID.into(), "T2".into(), fields, opens).unwrap(),
            ),
            Line::Sms(TextMessages::new(Arc::clone(&scene.app.vault), texts)),
        ];
        let sender = |line| {
            let settings =
                SenderSettings { ways: all(), manners: Manners::default(), ..SenderSettings::default() };
            Sender::new(db.clone(), line, settings)
        };
        Self { senders: lines.into_iter().map(sender).collect() }
    }

    /// Sends until nothing is due on any channel; what falls back from one to the next is sent too.
    pub async fn send(&self, scene: &Scene) {
        scene.keep_clocks_together().await;
        loop {
            let mut sent = 0;
            for sender in &self.senders {
                sent += sender.send_due().await.unwrap();
            }
            if sent == 0 {
                return;
            }
        }
    }
}

impl Scene {
    /// The gateway's clock says what the town's says; signatures are believed for minutes only.
    pub async fn keep_clocks_together(&self) {
        let ahead = self.base.clock.now().since(Clock::System.now()).num_seconds();
        let url = format!("http://{}/__ctl/clock", self.wechat.addr);
        let told = reqwest::Client::new().post(url).json(&json!({ "offset_s": ahead })).send().await.unwrap();
        assert_eq!(told.status(), 204);
    }

    /// Gives the resident of household `n` a number.
    pub fn give_phone(&self, n: usize) {
        let phone = Phone::parse(&format!("139{n:08}")).unwrap();
        let id = Id::<Resident>::from_uuid(household(n));
        let set = (
            residents::phone_sealed.eq(Some(self.app.vault.seal_value(&phone).unwrap())),
            residents::phone_index.eq(Some(self.app.vault.index_value(&phone))),
        );
        diesel::update(residents::table.find(id)).set(set).execute(&mut self.base.connect()).unwrap();
    }

    /// Has the resident of household `n` follow the official account.
    pub fn follow_official(&self, n: usize) {
        let shared = self.base.db.is_shared();
        let uid = |id: Uuid| if shared { format!("'{id}'") } else { format!("X'{}'", id.simple()) };
        let (id, name) = (uid(household(n)), uid(Uuid::from_u128(household(n).as_u128() + (1 << 64))));
        let at = "'2026-03-01T00:00:00.000Z'";
        self.base.tamper(&format!(
            "INSERT INTO wx_identities (id, appid, openid, subject_kind, subject_id, linked_at, last_visit_at, created_at) \
             VALUES ({name}, '{OFFICIAL_APPID}', 'oa{n}', 'resident', {id}, {at}, {at}, {at})"
        ));
    }

    /// A published notice of this level by these channels.
    pub async fn told(&self, areas: &[&str], level: &str, channels: &[&str], together: bool) -> String {
        let mut body = self.body(areas, level);
        let id = body["id"].as_str().unwrap().to_owned();
        (body["channels"], body["together"]) = (json!(channels), json!(together));
        let (status, answer) = self.ask("writer", "POST", "/api/v1/notices", None, body).await;
        assert_eq!(status, 201, "{answer}");
        self.publish(&id).await;
        self.work_with(all()).await;
        id
    }

    /// What was taken, by channel: how many messages, and how many of them more than once.
    pub async fn taken(&self, channel: &str) -> (usize, usize) {
        let url = format!("http://{}/__ledger", self.wechat.addr);
        let rows: Vec<Value> = reqwest::get(url).await.unwrap().json().await.unwrap();
        let rows: Vec<_> =
            rows.iter().filter(|row| row["channel"].as_str().unwrap().starts_with(channel)).collect();
        (rows.len(), rows.iter().filter(|row| row["count"] != 1).count())
    }
}
