//! Who works here: everybody is called 示例 and has a phone of the invented series 199 0000 00xx.

use secrecy::SecretString;
use serde_json::json;
use uuid::Uuid;

use super::Stage;
use super::door::{Ask, By, Door};
use super::places::{NUMERALS, TOWN, grids, villages};
use crate::app::Refusal;
use crate::base::area_code::AreaCode;
use crate::base::id::Id;
use crate::base::sensitive::{PersonName, Phone};
use crate::features::staff;
use crate::platform::access::{Role, Staff};

/// The password of the first administrators until they choose one; it never lets anybody in.
const FIRST: &str = "Never-Used-1999";

/// Somebody of the staff.
pub struct Member {
    /// The account.
    pub id: Uuid,
    /// The phone.
    pub phone: String,
    /// The post.
    pub role: Role,
    /// Where.
    pub area: String,
}

/// Everybody.
pub struct Cast {
    /// In the order of their phones.
    pub people: Vec<Member>,
}

/// Name, role, area, office.
type Part = (String, Role, String, Option<&'static str>);

fn parts() -> Vec<Part> {
    let town = |name: &str, role, org| (format!("示例{name}"), role, TOWN.to_owned(), org);
    let mut parts = vec![
        town("系统管理员", Role::Admin, None),
        town("安全管理员", Role::SecurityAdmin, None),
        town("审计管理员", Role::Auditor, None),
        town("分管领导", Role::Approver, None),
        town("反诈专员", Role::PublicityOfficer, Some("示例派出所")),
        town("调度员", Role::Dispatcher, Some("示例指挥中心")),
        town("承办人甲", Role::StationOfficer, Some("示例应急站")),
        town("承办人乙", Role::StationOfficer, Some("示例消防所")),
        town("调解员甲", Role::Mediator, Some("示例调委会")),
        town("调解员乙", Role::Mediator, Some("示例调委会")),
    ];
    let of = |title: &'static str, role, areas: Vec<String>| {
        let parts = areas.into_iter().zip(NUMERALS);
        parts.map(move |(area, n)| (format!("示例{title}{n}"), role, area, None)).collect::<Vec<Part>>()
    };
    parts.extend(of("网格长", Role::GridLeader, villages()));
    parts.extend(of("网格员", Role::GridWorker, grids()));
    for name in ["执法人员甲", "执法人员乙"] {
        parts.push(town(name, Role::EnforcementOfficer, Some("示例综合执法大队")));
    }
    parts
}

impl Cast {
    /// The administrators by command line, everybody else by them.
    pub async fn hire(stage: &Stage, door: &Door) -> Result<Self, Refusal> {
        let mut people: Vec<Member> = Vec::new();
        for (n, (name, role, area, org)) in parts().into_iter().enumerate() {
            let phone = format!("199000000{:02}", n + 1);
            let id = if Role::ADMINISTRATORS.contains(&role) {
                first(stage, role, &name, &phone).await?.uuid()
            } else {
                let (admin, security) = (people[0].id, people[1].id);
                let account = json!({ "area": TOWN, "name": name, "phone": phone, "org": org });
                let ask = Ask::once("/api/v1/staff", format!("demo-account-{n}"), account);
                let account = door.post(By::Staff(admin), ask).await?;
                let shown = account["id"].as_str().unwrap_or_default().to_owned();
                let post = json!({ "role": role, "area": area });
                let path = format!("/api/v1/staff/{shown}/posts");
                door.post(By::Staff(security), Ask::once(path, format!("demo-post-{n}"), post)).await?;
                let id: Result<Id<Staff>, _> = shown.parse();
                id.map_err(|why| Refusal::new("账号", why))?.uuid()
            };
            people.push(Member { id, phone, role, area });
        }
        Ok(Self { people })
    }

    /// The members with this post, over this area.
    pub fn with(&self, role: Role, area: &str) -> Vec<By> {
        let here = |member: &&Member| member.role == role && area.starts_with(&member.area);
        self.people.iter().filter(here).map(|member| By::Staff(member.id)).collect()
    }

    /// The accounts of everybody in this role.
    pub fn ids(&self, role: Role) -> Vec<Id<Staff>> {
        let such = self.people.iter().filter(|member| member.role == role);
        such.map(|member| Id::from_uuid(member.id)).collect()
    }

    /// Who can sign in as what, for people.
    pub fn table(&self, password: &str) -> String {
        let mut text = format!("登录密码均为 {password}\n手机号码      岗位\n");
        let mut last = None;
        for member in &self.people {
            let more = last == Some(member.role);
            last = Some(member.role);
            if more && matches!(member.role, Role::GridLeader | Role::GridWorker) {
                continue;
            }
            let like = self.people.iter().filter(|other| other.role == member.role).count();
            let all = matches!(member.role, Role::GridLeader | Role::GridWorker);
            let until = if all { format!("(共 {like} 名,号码依次加一)") } else { String::new() };
            text.push_str(&format!("{}   {}{until}\n", member.phone, member.role.label()));
        }
        text.push_str("19910000001   居民(微信登录,示例编码 demo-login-… 和 demo-phone-19910000001)");
        text
    }
}

async fn first(stage: &Stage, role: Role, name: &str, phone: &str) -> Result<Id<Staff>, Refusal> {
    let wrong = |why: &dyn std::fmt::Display| Refusal::new("首任管理员", why);
    let first = staff::FirstMember {
        role,
        town: TOWN.parse::<AreaCode>().map_err(|why| wrong(&why))?,
        name: PersonName::parse(name).map_err(|why| wrong(&why))?,
        phone: Phone::parse(phone).map_err(|why| wrong(&why))?,
        password: SecretString::from(FIRST),
    };
    let added = staff::add_first(&stage.house.app, first).await;
    added.map_err(|problem| wrong(&format!("{problem:?}")))
}

/// What the first administrators change their password from.
pub fn first_password() -> SecretString {
    SecretString::from(FIRST)
}
