//! Staff as JSON.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::model::{Member, NewMember, StaffStatus};
use super::posts::{Appointed, PostId};
use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::base::sensitive::{PersonName, Phone};
use crate::platform::access::{Role, Staff};

/// An account to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"area": "500114119", "name": "示例张三", "phone": "13800005678", "org": "示例镇派出所"}))]
pub struct NewStaff {
    /// Where the person belongs: the town, or a village or grid of it.
    pub area: AreaCode,
    /// The name, 1 to 40 characters.
    #[schema(min_length = 1, max_length = 40)]
    pub name: String,
    /// A mainland mobile number; the person signs in with it.
    pub phone: String,
    /// The station or office.
    #[serde(default)]
    #[schema(max_length = 40)]
    pub org: Option<String>,
}

impl NewStaff {
    /// The values, or 422 with one entry per bad field.
    pub(super) fn parse(self) -> Result<NewMember> {
        let mut check = Check::new();
        let name = check.value("name", PersonName::parse(&self.name));
        let phone = check.value("phone", Phone::parse(&self.phone));
        let org = check.optional_text("org", self.org.as_deref(), 40);
        let area = self.area;
        check.finish_some(name.zip(phone).map(|(name, phone)| NewMember { area, name, phone, org }))
    }
}

/// A password chosen for somebody else.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"password": "River7-Bend-示例"}))]
pub struct NewPassword {
    /// The password; its owner must change it before the first sign-in.
    #[schema(value_type = String, format = Password, max_length = 128)]
    pub password: SecretString,
}

crate::text_enum! {
    /// A field of an account that is masked unless revealed.
    pub enum StaffField {
        Name = "name" "姓名",
        Phone = "phone" "电话",
    }
}

/// Why the data of a member of staff are to be shown in plain text, and which.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"purpose": "核对账号登记的手机号码", "fields": ["phone"]}))]
pub struct StaffRevealRequest {
    /// 2 to 200 characters; kept in the audit log.
    #[schema(min_length = 2, max_length = 200)]
    pub purpose: String,
    /// At least one.
    #[schema(min_items = 1)]
    pub fields: Vec<StaffField>,
}

impl StaffRevealRequest {
    /// The purpose and the fields, each once; or 422.
    pub(super) fn parse(mut self) -> Result<(String, Vec<StaffField>)> {
        let mut check = Check::new();
        let purpose = check.text("purpose", &self.purpose, 2, 200);
        if self.fields.is_empty() {
            check.refuse("fields", "至少选择一项");
        }
        self.fields.sort();
        self.fields.dedup();
        check.finish((purpose, self.fields))
    }
}

/// Name and phone of a member of staff in plain text; only what was asked for.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"id": "staff_01h455vb4pex5vsknk084sn02q", "phone": "13800005678"}))]
pub struct RevealedStaff {
    /// The account.
    pub id: Id<Staff>,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

impl RevealedStaff {
    /// The plain text of `fields`; the reveal has been written to the audit log.
    pub(super) fn of(member: &Member, fields: &[StaffField]) -> Self {
        let plain = |field, text: &str| fields.contains(&field).then(|| text.to_owned());
        Self {
            id: member.id,
            name: plain(StaffField::Name, member.name.expose()),
            phone: plain(StaffField::Phone, member.phone.expose()),
        }
    }
}

/// A post to be given.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"role": "grid_worker", "area": "500114119201001"}))]
pub struct NewPost {
    /// The role.
    pub role: Role,
    /// Where; down to a grid (15 digits).
    pub area: AreaCode,
}

/// Which accounts a list shows.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StaffFilter {
    /// Only in this area.
    pub area: Option<AreaCode>,
    /// Only with this status.
    pub status: Option<StaffStatus>,
}

/// A member of staff; name and phone masked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "staff_01h455vb4pex5vsknk084sn02q", "area": "500114119", "name": "示***", "phone": "138****5678",
    "org": "示例镇派出所", "status": "active", "has_password": true, "version": 3,
    "created_at": "2026-01-05T01:30:00.000Z", "updated_at": "2026-01-05T01:30:00.000Z"
}))]
pub struct StaffView {
    /// The account.
    pub id: Id<Staff>,
    /// Where the person belongs.
    pub area: AreaCode,
    /// The name, masked.
    pub name: String,
    /// The phone, masked.
    pub phone: String,
    /// The station or office.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub org: Option<String>,
    /// Whether the account may be used.
    pub status: StaffStatus,
    /// Whether there is a password.
    pub has_password: bool,
    /// For `If-Match`.
    pub version: i32,
    /// When the account was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

impl From<Member> for StaffView {
    fn from(member: Member) -> Self {
        Self {
            id: member.id,
            area: member.area,
            name: member.name.masked(),
            phone: member.phone.masked(),
            org: member.org,
            status: member.status,
            has_password: member.has_password,
            version: member.version,
            created_at: member.created_at,
            updated_at: member.updated_at,
        }
    }
}

/// A post, running or ended.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "post_01h455vb4pex5vsknk084sn02q", "staff": "staff_01h455vb4pex5vsknk084sn02q", "role": "grid_worker",
    "role_label": "网格员", "area": "500114119201001", "started_at": "2026-01-05T01:30:00.000Z",
    "appointed_by": "staff_01h455vb4pex5vsknk084sn03r"
}))]
pub struct PostView {
    /// The post.
    pub id: Id<PostId>,
    /// Who holds it.
    pub staff: Id<Staff>,
    /// The role.
    pub role: Role,
    /// The role's name for people.
    pub role_label: String,
    /// Where.
    pub area: AreaCode,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub started_at: Timestamp,
    /// Until when; absent while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    /// Who appointed; absent for the first administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appointed_by: Option<Id<Staff>>,
    /// Who ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<Id<Staff>>,
}

impl From<Appointed> for PostView {
    fn from(post: Appointed) -> Self {
        Self {
            id: post.id,
            staff: post.staff,
            role: post.role,
            role_label: post.role.label().to_owned(),
            area: post.area,
            started_at: post.started_at,
            ended_at: post.ended_at,
            appointed_by: post.appointed_by,
            ended_by: post.ended_by,
        }
    }
}
