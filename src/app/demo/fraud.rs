//! Leads of the year, most of them with the police, and who was kept from sending money.

use chrono::{NaiveDate, TimeDelta};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Stage;
use super::cast::Cast;
use super::diary::{Body, Diary, Event, id_at, moment};
use super::dice::Dice;
use super::door::By;
use super::places::{TOWN, grids, village_of};
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::features::fraud::{Dissuasion, FraudLead};
use crate::platform::access::Role;

/// How many leads, and how many dissuasions: as many as a town of this size reports for a year.
const LEADS: usize = 30;
const DISSUASIONS: usize = 21;

/// Fraud, how it came, what is suspected, what happened.
const STORIES: [(&str, &str, &str, &str, &str); 6] = [
    ("fake_customer_service", "call", "phone", "19900009901", "自称快递客服,称包裹丢失要理赔,要求共享屏幕"),
    (
        "brushing",
        "wechat",
        "link",
        "http://shuadan.example.invalid/task",
        "拉入群后先返小利,再要求垫付做任务",
    ),
    ("fake_loan", "sms", "link", "http://loan.example.invalid/apply", "短信称无抵押贷款,放款前要交保证金"),
    ("fake_authority", "call", "phone", "+852 2123 4567", "自称外地公安,称涉嫌洗钱,要求转到安全账户"),
    ("elder_project", "in_person", "app", "示例养老宝", "上门推销养老项目,称年息百分之二十"),
    ("romance", "short_video", "account", "示例账号0001", "网上结识后劝说一起投资"),
];
/// How it was stopped, and how well.
const ENDS: [(&str, &str, i64); 5] = [
    ("bank_counter", "stopped", 100),
    ("phone", "stopped", 100),
    ("on_site", "partly", 60),
    ("family", "recovered", 100),
    ("phone", "failed", 0),
];

/// What was written down, for people.
pub struct Written {
    /// Leads.
    pub leads: usize,
    /// Dissuasions.
    pub dissuasions: usize,
}

/// Writes the year's leads and dissuasions into the diary.
pub fn plan(stage: &Stage, cast: &Cast, residents: &[Uuid], dice: &mut Dice, diary: &mut Diary) -> Written {
    for n in 0..LEADS {
        let day = 10 + i64::try_from(n * 350 / LEADS).unwrap_or(0);
        lead(n, moment(stage.began(), day, dice), cast, residents, dice, diary);
    }
    for n in 0..DISSUASIONS {
        let day = 15 + i64::try_from(n * 345 / DISSUASIONS).unwrap_or(0);
        dissuasion(n, moment(stage.began(), day, dice), cast, dice, diary);
    }
    Written { leads: LEADS, dissuasions: DISSUASIONS }
}

/// Half of them by residents. One in six is none, the last ones wait.
fn lead(n: usize, at: Timestamp, cast: &Cast, residents: &[Uuid], dice: &mut Dice, diary: &mut Diary) {
    let id = id_at(at, dice);
    let grid = dice.pick(&grids()).clone();
    let (fraud, way, kind, value, detail) = STORIES[n % STORIES.len()];
    let mut body = json!({
        "id": Id::<FraudLead>::from_uuid(id), "fraud_type": fraud, "way": way, "suspect": { "kind": kind, "value": value },
        "detail": format!("示例:{detail}"), "at_risk_fen": 100_000 * dice.between(1, 50),
    });
    let by = if n.is_multiple_of(2) && !residents.is_empty() {
        By::Resident(*dice.pick(residents))
    } else {
        body["area_code"] = json!(grid);
        *dice.pick(&cast.with(Role::GridWorker, &grid))
    };
    diary.at(at, event(id, by, "/api/v1/fraud_leads".to_owned(), false, body));
    let office = *dice.pick(&cast.with(Role::PublicityOfficer, TOWN));
    let mut step = |days: i64, noun: &str, body: Value| {
        let path = format!("/api/v1/fraud_leads/{}/{noun}", Id::<FraudLead>::from_uuid(id));
        diary.at(at.plus(TimeDelta::hours(24 * days + 1)), event(id, office, path, true, body));
    };
    if n % 6 == 5 {
        step(1, "dismissal", json!({ "reason": "not_fraud", "reply": "示例:经核实不涉诈,感谢您的警惕" }));
        return;
    }
    step(1, "forwarding", json!({ "station": "示例派出所" }));
    if n % 4 != 3 {
        let reply = "示例:该号码(链接、账号)已处置,请勿再联系";
        step(4, "answer", json!({ "verdict": "verified", "blocked": true, "reply": reply }));
    }
}

/// Some 7,000 yuan each; one in seven was written down wrong at first.
fn dissuasion(n: usize, at: Timestamp, cast: &Cast, dice: &mut Dice, diary: &mut Diary) {
    let id = id_at(at, dice);
    let grid = dice.pick(&grids()).clone();
    let worker = *dice.pick(&cast.with(Role::GridWorker, &grid));
    let (fraud, way, ..) = STORIES[n % STORIES.len()];
    let (method, result, percent) = ENDS[n % ENDS.len()];
    let at_risk = 100_000 * dice.between(4, 14);
    let mut body = json!({
        "id": Id::<Dissuasion>::from_uuid(id), "area_code": grid, "happened_at": at.plus(-TimeDelta::minutes(40)),
        "fraud_type": fraud, "way": way, "outsider_name": "示例丙", "at_risk_fen": at_risk,
        "saved_fen": at_risk * percent / 100, "method": method, "result": result, "note": "示例:劝阻后未再转账",
    });
    diary.at(at, event(id, worker, "/api/v1/dissuasions".to_owned(), false, body.clone()));
    if n % 7 == 6 {
        body["police_ref"] = json!(format!("示例{n}号"));
        let leader = *dice.pick(&cast.with(Role::GridLeader, village_of(&grid)));
        let path = format!("/api/v1/dissuasions/{}/correction", Id::<Dissuasion>::from_uuid(id));
        let correction = json!({ "reason": "示例:补记公安编号", "entry": body });
        diary.at(at.plus(TimeDelta::hours(26)), event(id, leader, path, true, correction));
    }
}

fn event(id: Uuid, by: By, path: String, versioned: bool, body: Value) -> Event {
    let body: Body = Box::new(move |_: NaiveDate, _| body.clone());
    Event { matter: id, by, path, versioned, body }
}
