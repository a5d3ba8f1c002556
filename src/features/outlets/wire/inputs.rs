//! What clients send.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::{PageQuery, PageRequest};
use crate::base::problem::{Problem, Result};
use crate::features::attachments::{Photo, check_photos};
use crate::features::outlets::actions::{Asked, NewOutlet};
use crate::features::outlets::model::{
    Exposure, Machine, NewExposure, Outlet, OutletChange, OutletKind, Target,
};
use crate::features::outlets::store::Filter;
use crate::platform::privacy::Vault;
use crate::platform::push::webhook::WebhookSecret;

/// The most outlets that are told with one request.
const MOST_OUTLETS: usize = 50;

/// Which outlets to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OutletQuery {
    /// Only inside this area.
    #[param(example = "500114119201")]
    pub area: Option<AreaCode>,
    /// Only these.
    pub kind: Option<OutletKind>,
    /// Only those in use, or only those that are not; all when absent.
    pub in_use: Option<bool>,
    /// How many rows, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// The `next` of the page before.
    #[param(max_length = 64)]
    pub cursor: Option<String>,
}

impl OutletQuery {
    /// The area, the filter and the page, or 422.
    pub fn parse(self) -> Result<(Option<AreaCode>, Filter, PageRequest)> {
        let page = PageQuery { limit: self.limit, cursor: self.cursor }.parse()?;
        Ok((self.area, Filter { kind: self.kind, in_use: self.in_use }, page))
    }
}

/// How a machine is told; stored encrypted and never shown again.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetBody {
    /// Of a loudspeaker or a screen: its address, `https://` or `http://`. Of a WeCom group: the key of its robot.
    #[schema(min_length = 8, max_length = 300)]
    pub to: String,
    /// What signs the calls to an address (Standard Webhooks): `whsec_` and the base64 of 24 to 64 bytes. Needed for an
    /// address, and not for a robot.
    #[schema(min_length = 38, max_length = 128)]
    pub secret: Option<String>,
}

impl TargetBody {
    fn check(&self, check: &mut Check, machine: Option<Machine>) -> Target {
        let to = check.text("target.to", &self.to, 8, 300);
        match machine {
            Some(Machine::Robot) if !is_key(&to) => check.refuse("target.to", "应为群机器人的密钥(key)"),
            Some(Machine::Webhook) if !is_address(&to) => {
                check.refuse("target.to", "应为 https:// 或 http:// 开头的地址,不含用户名和密码");
            }
            Some(_) | None => {}
        }
        let signs = self.secret.as_deref().is_some_and(|secret| WebhookSecret::parse(secret).is_some());
        match machine {
            Some(Machine::Webhook) if !signs => {
                check.refuse("target.secret", "应为 whsec_ 加 24 到 64 字节的 base64,用来签名");
            }
            Some(Machine::Robot) if self.secret.is_some() => {
                check.refuse("target.secret", "群机器人不需要签名密钥");
            }
            Some(_) | None => {}
        }
        Target { to, secret: self.secret.clone() }
    }
}

fn is_key(text: &str) -> bool {
    text.len() <= 64 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    host.is_some_and(|host| !host.is_empty() && !host.contains('@'))
        && text.bytes().all(|b| b.is_ascii_graphic())
}

/// An outlet to write down.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "id": "outlet_01h455vb4pex5vsknk084sn02q", "area_code": "500114119201", "kind": "loudspeaker",
    "name": "示例村一组村村响", "site": "示例村一组院坝", "audience": 260
}))]
pub struct CreateOutlet {
    /// Made by the client, so that a resend is the same outlet.
    pub id: Id<Outlet>,
    /// Whom it is for: a town, a village, a grid.
    pub area_code: AreaCode,
    /// What it is.
    pub kind: OutletKind,
    /// What it is called, 1 to 60 characters.
    #[schema(min_length = 1, max_length = 60)]
    pub name: String,
    /// Where it stands, at most 120 characters.
    #[schema(max_length = 120)]
    pub site: Option<String>,
    /// How many people it may reach, by estimate.
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub audience: Option<i32>,
    /// How a machine is told; only of loudspeakers, screens and WeCom groups.
    pub target: Option<TargetBody>,
}

impl CreateOutlet {
    /// The outlet, or 422.
    pub fn parse(self, vault: &Vault) -> Result<NewOutlet> {
        let content_hash = vault.digest(&serde_json::to_vec(&self).map_err(Problem::internal)?);
        let mut check = Check::new();
        let new = NewOutlet {
            id: self.id,
            area: self.area_code,
            kind: self.kind,
            name: check.text("name", &self.name, 1, 60),
            site: check.optional_text("site", self.site.as_deref(), 120),
            audience: self.audience.map(|people| check.range("audience", people, 0, 10_000_000)),
            target: self.target.map(|target| target.check(&mut check, self.kind.machine())),
            content_hash,
        };
        check.finish(new)
    }
}

/// What to change of an outlet; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "in_use": false }))]
pub struct ChangeOutlet {
    /// What it is called, 1 to 60 characters.
    #[schema(min_length = 1, max_length = 60)]
    pub name: Option<String>,
    /// Where it stands, at most 120 characters.
    #[schema(max_length = 120)]
    pub site: Option<String>,
    /// How many people it may reach, by estimate.
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub audience: Option<i32>,
    /// Whether it is in use.
    pub in_use: Option<bool>,
    /// Another address or key, in the place of the one before with its secret.
    pub target: Option<TargetBody>,
}

impl ChangeOutlet {
    /// The change of an outlet of this kind, or 422.
    pub fn parse(self, kind: OutletKind) -> Result<OutletChange> {
        let mut check = Check::new();
        let change = OutletChange {
            name: self.name.map(|name| check.text("name", &name, 1, 60)),
            site: check.optional_text("site", self.site.as_deref(), 120),
            audience: self.audience.map(|people| check.range("audience", people, 0, 10_000_000)),
            in_use: self.in_use,
            target: self.target.map(|target| target.check(&mut check, kind.machine())),
        };
        check.finish(change)
    }
}

/// What was shown by hand.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "id": "exposure_01h455vb4pex5vsknk084sn02q", "outlet_id": "outlet_01h455vb4pex5vsknk084sn02q", "times": 3,
    "shown_at": "2026-03-02T01:00:00.000Z", "note": "示例:早中晚各播一次"
}))]
pub struct ExposureBody {
    /// Made by the client, so that a resend is the same.
    pub id: Id<Exposure>,
    /// Where.
    pub outlet_id: Id<Outlet>,
    /// How often, or how many leaflets, 1 to 100,000; once when absent.
    #[schema(minimum = 1, maximum = 100_000)]
    pub times: Option<i32>,
    /// When; now when absent.
    pub shown_at: Option<Timestamp>,
    /// In words, at most 200 characters; about the outlet, not about persons.
    #[schema(max_length = 200)]
    pub note: Option<String>,
    /// Photos that were uploaded before and prove it, at most 9; of the outlet, not of persons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 9)]
    pub photos: Vec<Id<Photo>>,
}

impl ExposureBody {
    /// The showing, or 422.
    pub fn parse(self, now: Timestamp, vault: &Vault) -> Result<NewExposure> {
        let content_hash = vault.digest(&serde_json::to_vec(&self).map_err(Problem::internal)?);
        let mut check = Check::new();
        let mut photos = self.photos;
        photos.sort();
        photos.dedup();
        check_photos(&mut check, &photos);
        let new = NewExposure {
            photos,
            id: self.id,
            outlet: self.outlet_id,
            times: check.range("times", self.times.unwrap_or(1), 1, 100_000),
            shown_at: check.past("shown_at", self.shown_at.unwrap_or(now), now),
            note: check.optional_text("note", self.note.as_deref(), 200),
            content_hash,
        };
        check.finish(new)
    }
}

/// Which file of a photo.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PhotoQuery {
    /// Whether a JPEG of at most 320 pixels on its longer side will do.
    pub thumbnail: Option<bool>,
}

/// Which machines show a notice.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "outlets": ["outlet_01h455vb4pex5vsknk084sn02q"], "times": 3 }))]
pub struct BroadcastBody {
    /// 1 to 50 outlets that have a machine.
    #[schema(min_items = 1, max_items = 50)]
    pub outlets: Vec<Id<Outlet>>,
    /// How often a loudspeaker reads it, 1 to 20; once when absent.
    #[schema(minimum = 1, maximum = 20)]
    pub times: Option<i32>,
}

impl BroadcastBody {
    /// What is asked for, or 422.
    pub fn parse(self) -> Result<Asked> {
        let mut check = Check::new();
        if !(1..=MOST_OUTLETS).contains(&self.outlets.len()) {
            check.refuse("outlets", format!("每次 1 到 {MOST_OUTLETS} 处"));
        }
        let mut outlets = self.outlets;
        outlets.sort();
        outlets.dedup();
        let times = check.range("times", self.times.unwrap_or(1), 1, 20);
        check.finish(Asked { outlets, times })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_host_and_no_password() {
        assert!(is_address("https://led.example.cn/show?x=1") && is_address("http://192.0.2.7:8080"));
        for wrong in ["ftp://x", "https://", "https://u:p@led.example.cn", "https://led.example.cn/ 1", "led"]
        {
            assert!(!is_address(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_key_is_no_address() {
        assert!(is_key("693a91f6-7aoc-4bc4-97a0-0ec2sifa5aaa") && !is_key("https://qyapi.example.cn"));
    }
}
