//! How a notice looks as a WeChat message.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::model::{Delivery, NoticeRow};
use crate::base::id::Id;
use crate::platform::push::template::{TemplateField, Unfit, fit};
use crate::platform::push::wechat::{MiniProgramVersion, OpenId, SubscribeMessage};

crate::text_enum! {
    /// What stands in a field of the template.
    pub enum Shown {
        Title = "title" "标题",
        Kind = "kind" "类别",
        Instruction = "instruction" "请您这样做",
        PublishedAt = "published_at" "发布时间",
    }
}

/// The WeChat channel of a town.
#[derive(Debug, Clone)]
pub struct Channel {
    /// The mini-program's app id; people who came by another one cannot be written to.
    pub appid: String,
    /// The template's id at WeChat.
    pub template: String,
    /// The template's keys, such as `thing1`, and what stands in each.
    pub fields: Vec<(String, Shown)>,
    /// The page that a tap opens, without leading slash and query.
    pub page: String,
    /// The build that it opens.
    pub version: MiniProgramVersion,
    /// The pause before each further try; a message that fails after the last one is given up.
    pub pauses: Vec<TimeDelta>,
}

/// The field that a message does not fit, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// The template's key.
    pub key: String,
    /// What is wrong.
    pub why: Unfit,
}

impl Channel {
    /// A channel with the page and the timetable of the mini-program that comes with this server.
    ///
    /// # Errors
    /// [`Misfit`] for a key of no known type: WeChat would refuse every message.
    pub fn new(appid: String, template: String, fields: Vec<(String, Shown)>) -> Result<Self, Misfit> {
        let unknown = fields.iter().find(|(key, _)| TemplateField::of_key(key).is_none());
        if let Some((key, _)) = unknown {
            return Err(Misfit { key: key.clone(), why: Unfit::UnknownKey });
        }
        Ok(Self {
            appid,
            template,
            fields,
            page: "pages/notice/detail".to_owned(),
            version: MiniProgramVersion::Formal,
            pauses: [30, 120, 600, 3600].map(TimeDelta::seconds).to_vec(),
        })
    }

    /// The fields that the template of the example configuration has: a title, the time, what to do.
    pub fn usual_fields() -> Vec<(String, Shown)> {
        let field = |key: &str, shown| (key.to_owned(), shown);
        vec![
            field("thing1", Shown::Title),
            field("time2", Shown::PublishedAt),
            field("thing3", Shown::Instruction),
        ]
    }

    /// The message of a delivery. Its id goes along as `n`, so that what arrived can be told from what was sent.
    ///
    /// # Errors
    /// [`Misfit`] when a field would not take its text; long titles are cut and never misfit.
    pub fn message(
        &self,
        to: OpenId,
        notice: &NoticeRow,
        delivery: Id<Delivery>,
    ) -> Result<SubscribeMessage, Misfit> {
        let mut data = BTreeMap::new();
        for (key, shown) in &self.fields {
            let text = fit(key, &text(*shown, notice)).map_err(|why| Misfit { key: key.clone(), why })?;
            data.insert(key.clone(), text);
        }
        Ok(SubscribeMessage {
            to,
            template_id: self.template.clone(),
            page: Some(format!("{}?id={}&n={delivery}", self.page, notice.id)),
            version: self.version,
            data,
        })
    }
}

fn text(shown: Shown, notice: &NoticeRow) -> String {
    match shown {
        Shown::Title => notice.title.clone(),
        Shown::Kind => notice.kind.label().to_owned(),
        Shown::Instruction => notice.instruction.clone().unwrap_or_else(|| "请点开查看详情".to_owned()),
        Shown::PublishedAt => {
            let at = notice.published_at.unwrap_or(notice.updated_at);
            at.local().format("%Y-%m-%d %H:%M").to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_no_type_is_refused_before_anything_is_sent() {
        let fields = vec![("title".to_owned(), Shown::Title)];
        let refused = Channel::new("wx".into(), "T".into(), fields).map(drop);
        assert_eq!(refused, Err(Misfit { key: "title".into(), why: Unfit::UnknownKey }));
        assert!(Channel::new("wx".into(), "T".into(), Channel::usual_fields()).is_ok());
    }
}
