//! What of a notice may stand in a field of a template.

use crate::features::notices::delivery::{DeliveryState, Verdict};
use crate::features::notices::model::NoticeRow;
use crate::platform::push::template::Unfit;

crate::text_enum! {
    /// What stands in a field of the template.
    pub enum Shown {
        Title = "title" "标题",
        Kind = "kind" "类别",
        Instruction = "instruction" "请您这样做",
        PublishedAt = "published_at" "发布时间",
    }
}

/// The field that a message does not fit, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// The template's key.
    pub key: String,
    /// What is wrong.
    pub why: Unfit,
}

impl Misfit {
    /// How a delivery ends whose message does not fit; template and validator have drifted apart.
    pub fn ends(self) -> Verdict {
        tracing::error!(key = self.key, why = %self.why, "a notice does not fit its template");
        Verdict::ends(DeliveryState::PermanentFailure, format!("unfit:{}", self.key))
    }
}

/// The text of `shown`, as long as the notice has it.
pub fn text(shown: Shown, notice: &NoticeRow) -> String {
    match shown {
        Shown::Title => notice.title.clone(),
        Shown::Kind => notice.kind.label().to_owned(),
        Shown::Instruction => notice.instruction.clone().unwrap_or_else(|| "请点开查看详情".to_owned()),
        Shown::PublishedAt => {
            let at = notice.published_at.unwrap_or(notice.updated_at);
            at.local_minute()
        }
    }
}
