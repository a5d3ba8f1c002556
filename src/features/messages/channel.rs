//! How a message looks at WeChat: the kind, the case and the time. The text itself stays in the app, since what a
//! person reported is nobody else's business.

use std::collections::BTreeMap;

use super::model::MessageRow;
use crate::platform::push::template::{TemplateField, Unfit, fit};
use crate::platform::push::wechat::{MiniProgramVersion, OpenId, SubscribeMessage};

crate::text_enum! {
    /// What stands in a field of the template.
    pub enum Shown {
        Matter = "matter" "事项",
        Progress = "progress" "进展",
        At = "at" "时间",
        Hint = "hint" "提示",
    }
}

/// The WeChat template of messages, as a town has it.
#[derive(Debug, Clone)]
pub struct Channel {
    /// The mini-program's app id.
    pub appid: String,
    /// The template's id at WeChat.
    pub template: String,
    /// The template's keys, such as `thing1`, and what stands in each.
    pub fields: Vec<(String, Shown)>,
}

/// The page that a tap opens, without leading slash and query.
const PAGE: &str = "pages/message/detail";

impl Channel {
    /// A channel, or the key of a field of no known type: WeChat would refuse every message.
    ///
    /// # Errors
    /// The key, and what is wrong with it.
    pub fn new(
        appid: String,
        template: String,
        fields: Vec<(String, Shown)>,
    ) -> Result<Self, (String, Unfit)> {
        match fields.iter().find(|(key, _)| TemplateField::of_key(key).is_none()) {
            Some((key, _)) => Err((key.clone(), Unfit::UnknownKey)),
            None => Ok(Self { appid, template, fields }),
        }
    }

    /// What is sent of `message`.
    ///
    /// # Errors
    /// The key of a field that would not take its text.
    pub(super) fn message(
        &self,
        to: OpenId,
        message: &MessageRow,
    ) -> Result<SubscribeMessage, (String, Unfit)> {
        let mut data = BTreeMap::new();
        for (key, shown) in &self.fields {
            data.insert(key.clone(), fit(key, &text(*shown, message)).map_err(|why| (key.clone(), why))?);
        }
        Ok(SubscribeMessage {
            to,
            template_id: self.template.clone(),
            page: Some(format!("{PAGE}?id={}", message.id)),
            version: MiniProgramVersion::Formal,
            data,
        })
    }
}

fn text(shown: Shown, message: &MessageRow) -> String {
    match shown {
        Shown::Matter => "您反映的事项".to_owned(),
        Shown::Progress => message.kind.label().to_owned(),
        Shown::At => message.created_at.local().format("%Y-%m-%d %H:%M").to_string(),
        Shown::Hint => "请点开查看详情".to_owned(),
    }
}
