//! Whoever follows the official account is whoever signed in by the mini-program under the same name.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use diesel::prelude::*;
use secrecy::SecretString;
use serde_json::json;
use wangge::features::sessions::{self, MeetFollower, recipients};
use wangge::platform::db::schema::wx_identities;
use wangge::platform::outbox::{Handlers, OutboxSettings, Runner};
use wangge::platform::push::{Gateways, Official, OfficialAccount, WeChatSettings};
use wangge::platform::web::App;

use super::{HOME, OPENID, arrive, deliver, event, jobs, remembered, scene, sealed, told};
use crate::fakes::gateway::push::{Account, Event, Shape};
use crate::fakes::gateway::{OFFICIAL_APPID, OFFICIAL_SECRET};
use crate::office::Office;

const FOLLOWER: &str = "f-home";
const UNION: &str = "u-home-0123456789";

/// The office with an official account, a resident who came by the mini-program, and the resident's id.
async fn town() -> (Office, String) {
    let (mut office, token) = scene().await;
    let account = WeChatSettings {
        base_url: office.wechat_url(),
        appid: OFFICIAL_APPID.into(),
        secret: SecretString::from(OFFICIAL_SECRET),
        connect_timeout: Duration::from_secs(2),
        timeout: Duration::from_secs(5),
    };
    let client = Arc::new(OfficialAccount::new(account, office.base.clock.clone()).unwrap());
    let callbacks = crate::office::gateways().callbacks;
    let official = Some(Official { client, notice: None });
    let gateways = Gateways { official, callbacks, ..Gateways::default() };
    office.app = web::Data::new(App { gateways: Arc::new(gateways), ..App::clone(&office.app) });
    let people = json!([{ "openid": OPENID, "unionid": UNION }, { "openid": FOLLOWER, "unionid": UNION }]);
    office.wechat("/__ctl/people", people).await;
    let me = office.get(&token, "/me").await.text("id");
    (office, me)
}

fn follows(office: &Office, word: &str) -> Event {
    Event {
        account: Account::Official,
        person: FOLLOWER.into(),
        ..event(office, word, json!({ "EventKey": "" }))
    }
}

/// Does what is due; answers how many jobs that were.
async fn work(office: &Office) -> usize {
    let handlers = Handlers::new()
        .on(|job: MeetFollower, app: App| async move { sessions::meet_follower(&app, job).await });
    let app = office.app.as_ref().clone();
    Runner::new(app.db.clone(), handlers, app, OutboxSettings::new(vec![Duration::from_secs(60)]))
        .run_due()
        .await
        .unwrap()
}

/// Under which names the official account may write to the resident.
fn names(office: &Office, resident: &str) -> Vec<String> {
    let id = resident.parse::<wangge::base::id::Id<wangge::platform::access::Resident>>().unwrap().uuid();
    let found = wx_identities::table
        .filter(wx_identities::appid.eq(OFFICIAL_APPID))
        .filter(wx_identities::subject_kind.eq("resident"))
        .select((wx_identities::openid, wx_identities::subject_id));
    let found: Vec<(String, Option<wangge::base::id::Id<wangge::platform::access::Resident>>)> =
        found.load(&mut office.base.connect()).unwrap();
    found.into_iter().filter(|(_, of)| of.is_some_and(|of| of.uuid() == id)).map(|(name, _)| name).collect()
}

#[actix_web::test]
async fn a_follower_stands_for_whoever_signed_in_under_the_same_name_and_no_longer_when_they_leave() {
    let (office, me) = town().await;
    assert!(arrive(&office).await.body["access_token"].is_string(), "WeChat says now who that is");
    let follow = follows(&office, "subscribe");
    for _ in 0..3 {
        let again = deliver(&office, sealed(&office, &follow, Shape::SafeXml)).await;
        assert_eq!(again.status, 200, "{again:?}");
    }
    assert_eq!(
        (remembered(&office), jobs(&office, "wechat.meet_follower").len()),
        (1, 1),
        "told three times"
    );
    assert!(!jobs(&office, "wechat.meet_follower")[0].to_string().contains(FOLLOWER), "a job names nobody");
    assert_eq!(names(&office, &me), [""; 0], "WeChat has not been asked yet");
    assert_eq!(work(&office).await, 1);
    assert_eq!((names(&office, &me), office.audited("wechat_user.link")), (vec![FOLLOWER.to_owned()], 1));
    let kept: Vec<Option<Vec<u8>>> =
        wx_identities::table.select(wx_identities::union_index).load(&mut office.base.connect()).unwrap();
    assert!(kept.len() == 2 && kept.iter().all(|index| index == &kept[0] && index.is_some()));
    assert!(
        !String::from_utf8_lossy(kept[0].as_ref().unwrap()).contains("u-home"),
        "the name itself is kept nowhere"
    );

    office.pass(1);
    told(&office, &follows(&office, "unsubscribe")).await;
    assert_eq!((names(&office, &me), office.audited("wechat_user.unlink")), (vec![], 1));
    assert!(arrive(&office).await.body["access_token"].is_string(), "in the mini-program they stay");
    assert_eq!(names(&office, &me), [""; 0], "and do not come back by that");
    office.pass(1);
    told(&office, &follows(&office, "subscribe")).await;
    work(&office).await;
    assert_eq!(names(&office, &me), [FOLLOWER]);
}

#[actix_web::test]
async fn whoever_followed_first_is_linked_in_the_moment_in_which_they_tell_their_phone() {
    let (office, me) = town().await;
    // Somebody whom nobody knows yet: as if they had never come.
    office.base.tamper("UPDATE wx_identities SET subject_id = NULL, subject_kind = NULL, linked_at = NULL");
    told(&office, &follows(&office, "subscribe")).await;
    work(&office).await;
    assert_eq!(names(&office, &me), [""; 0], "a name alone links nobody");
    let link = arrive(&office).await.text("link");
    assert_eq!(names(&office, &me), [""; 0]);
    let phone = json!({ "link": link, "code": format!("demo-phone-{HOME}") });
    assert!(office.post("/auth/wechat/phone", phone).await.body["access_token"].is_string());
    assert_eq!(names(&office, &me), [FOLLOWER]);
    assert!(arrive(&office).await.body["access_token"].is_string());
    assert_eq!(office.audited("wechat_user.link"), 1, "what is so already is not written again");
}

#[actix_web::test]
async fn a_link_ends_with_the_phone_that_it_came_from_and_with_the_consent() {
    let (office, me) = town().await;
    arrive(&office).await;
    told(&office, &follows(&office, "subscribe")).await;
    work(&office).await;
    let id = me.parse::<wangge::base::id::Id<wangge::platform::access::Resident>>().unwrap().uuid();
    let reached = || office.base.db.read(move |c| recipients(c, OFFICIAL_APPID, &[id]));
    assert_eq!(reached().await.unwrap().len(), 1);
    // Somebody else's number: the sign-in and the follower that came by it are void alike.
    office.base.tamper("UPDATE residents SET sessions_since = '2036-01-01T00:00:00.000Z'");
    assert_eq!(reached().await.unwrap().len(), 0);
    office.base.tamper("UPDATE residents SET sessions_since = NULL");
    let at = office.base.clock.now().seconds();
    let more = json!({ "OpenID": OPENID, "RevokeInfo": "201" });
    let revoked =
        Event { at, more, person: "wechat".into(), ..event(&office, "user_authorization_revoke", json!({})) };
    told(&office, &revoked).await;
    assert_eq!((reached().await.unwrap().len(), names(&office, &me)), (0, vec![]));
}

#[actix_web::test]
async fn whoever_has_left_before_wechat_was_asked_is_nobody_and_a_silent_wechat_is_asked_again() {
    let (office, me) = town().await;
    arrive(&office).await;
    told(&office, &follows(&office, "subscribe")).await;
    office.wechat("/__ctl", json!({ "path": "/cgi-bin/user/info", "statuses": { "500": 100 } })).await;
    work(&office).await;
    assert_eq!(names(&office, &me), [""; 0]);
    office.wechat("/__ctl", json!({})).await;
    office.wechat("/__ctl/strangers", json!([FOLLOWER])).await;
    office.pass(3600);
    assert_eq!(work(&office).await, 1, "asked again");
    assert_eq!((names(&office, &me), office.audited("wechat_user.link")), (vec![], 0), "they do not follow");
}
