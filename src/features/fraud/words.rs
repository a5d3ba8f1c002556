//! What the reporter of a lead is told: made from what they may know, in plain words.

use super::model::{DismissReason, LeadRow, LeadState, Verdict};
use crate::features::messages::{About, Addressee, Message, MessageKind};

/// The message about the step that has just brought `row` where it is; none for what is settled in the office.
pub fn news(row: &LeadRow) -> Option<Message> {
    let (kind, said) = match row.state {
        LeadState::Reported => return None,
        LeadState::Forwarded => (MessageKind::Transferred, "已移送公安机关核查。".to_owned()),
        LeadState::Answered => {
            let verdict = row.verdict?;
            let kind =
                if verdict == Verdict::MoreNeeded { MessageKind::Returned } else { MessageKind::Concluded };
            let blocked =
                if row.blocked == Some(true) { "相关号码、链接或账号已处置。" } else { "" };
            (
                kind,
                format!(
                    "公安机关反馈:{}。{blocked}{}",
                    verdict.label(),
                    row.reply.as_deref().unwrap_or_default()
                ),
            )
        }
        LeadState::Dismissed => {
            let reason = row.dismiss_reason.map_or("", DismissReason::label);
            let reply = row.reply.as_deref().unwrap_or_default();
            (MessageKind::Rejected, format!("未移送公安机关({reason})。{reply}"))
        }
    };
    let day = row.created_at.local().format("%Y 年 %-m 月 %-d 日");
    Some(Message {
        to: Addressee { kind: row.reporter_kind, id: row.reporter_id.uuid() },
        about: About { kind: "lead", case: row.id.uuid(), area: row.area_code.clone() },
        kind,
        text: format!("您 {day}上报的涉诈线索({}){said}", row.fraud_type.label()),
        dedupe_key: format!("{}:{}", row.id, row.version),
    })
}
