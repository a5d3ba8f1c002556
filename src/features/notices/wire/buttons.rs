//! The steps that a caller may take, as buttons.

use serde::Serialize;
use utoipa::ToSchema;

use super::super::model::{NoticeRow, NoticeStep};
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::platform::access::Granted;
use crate::platform::access::policy::SeeNotices;

/// A step that the caller may take now.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NoticeAction {
    /// The step's name.
    #[schema(example = "approve")]
    pub step: &'static str,
    /// What the button says.
    #[schema(example = "审批通过")]
    pub label: &'static str,
    /// Where to send it, with `If-Match`: PUT to revise, POST otherwise.
    #[schema(example = "/api/v1/notices/notice_01h455vb4pex5vsknk084sn02q/approval")]
    pub href: String,
    /// The fields that the body must have.
    #[schema(value_type = Vec<String>, example = json!([]))]
    pub fields: &'static [&'static str],
    /// Why it cannot be taken now although the role could; absent when it can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked: Option<String>,
}

/// The steps that `by` may take now, as buttons.
pub fn actions(
    by: &Granted<SeeNotices>,
    row: &NoticeRow,
    areas: &[AreaCode],
    now: Timestamp,
) -> Vec<NoticeAction> {
    let may = |step: NoticeStep| areas.iter().all(|area| by.holds(step.needs(), area));
    let open = NoticeStep::ALL.iter().copied().filter(|&step| row.state.after(step).is_ok() && may(step));
    let open = open.filter(|step| *step != NoticeStep::Ratify || row.approval_due_at.is_some());
    open.map(|step| {
        let id = row.id;
        let href = match step.noun() {
            None => format!("/api/v1/notices/{id}"),
            Some(noun) => format!("/api/v1/notices/{id}/{noun}"),
        };
        let fields: &[&str] = match step {
            NoticeStep::Revise => &["id", "kind", "title", "body", "areas"],
            NoticeStep::Submit | NoticeStep::Approve | NoticeStep::Ratify => &[],
            NoticeStep::Publish | NoticeStep::PublishAtOnce => &[],
            NoticeStep::Schedule => &["publish_at"],
            NoticeStep::Return | NoticeStep::Cancel => &["reason"],
        };
        let asked = row.guard(step, now).and_then(|()| row.two_persons(step, by.actor()));
        let blocked = asked.err().map(|problem| problem.detail().to_owned());
        NoticeAction { step: step.as_str(), label: step.label(), href, fields, blocked }
    })
    .collect()
}
