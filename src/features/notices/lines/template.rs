//! How a notice looks as a template message of the official account, and whom it goes to.

use std::collections::BTreeMap;

use super::shown::{Misfit, Shown, text};
use super::{Addresses, Letter, Prepared};
use crate::base::clock::Timestamp;
use crate::features::notices::delivery::{DeliveryState, KEY_LIVES, Sending, Verdict};
use crate::features::notices::model::NoticeRow;
use crate::platform::push::template::{TemplateField, Unfit, fit};
use crate::platform::push::wechat::{MiniProgramPage, OpenId, TemplateMessage};

/// The template messages of a town.
#[derive(Debug, Clone)]
pub struct Template {
    /// The official account's app id.
    pub appid: String,
    /// The template's id at WeChat.
    pub template: String,
    /// The template's keys, and what stands in each.
    pub fields: Vec<(String, Shown)>,
    /// The mini-program whose page a tap opens, when the town has one.
    pub opens: Option<String>,
}

impl Template {
    /// The look of a template with `fields`; a tap opens the notice in the mini-program `opens`.
    ///
    /// # Errors
    /// [`Misfit`] for a key of no known type: WeChat would refuse every message.
    pub fn new(
        appid: String,
        template: String,
        fields: Vec<(String, Shown)>,
        opens: Option<String>,
    ) -> Result<Self, Misfit> {
        let unknown = fields.iter().find(|(key, _)| TemplateField::of_key(key).is_none());
        if let Some((key, _)) = unknown {
            return Err(Misfit { key: key.clone(), why: Unfit::UnknownKey });
        }
        Ok(Self { appid, template, fields, opens })
    }

    /// The letter of a delivery, or how the delivery ends without one. Its id is the key under which WeChat makes one
    /// message of two; when WeChat no longer knows the key, a message in doubt is not sent again.
    pub fn prepare(&self, now: Timestamp, row: &Sending, notice: &NoticeRow, at: &Addresses) -> Prepared {
        if row.is_uncertain() && row.tried_at.is_none_or(|tried: Timestamp| tried.plus(KEY_LIVES) <= now) {
            return Err(Verdict::ends(DeliveryState::Unknown, "unknown"));
        }
        let Some(name) = at.name(row) else {
            return Err(Verdict::ends(DeliveryState::PermanentFailure, "unlinked"));
        };
        match self.message(name.openid.clone(), row, notice) {
            Ok(message) => Ok(Letter::Template(message)),
            Err(misfit) => Err(misfit.ends()),
        }
    }

    fn message(&self, to: OpenId, row: &Sending, notice: &NoticeRow) -> Result<TemplateMessage, Misfit> {
        let mut data = BTreeMap::new();
        for (key, shown) in &self.fields {
            let text = fit(key, &text(*shown, notice)).map_err(|why| Misfit { key: key.clone(), why })?;
            data.insert(key.clone(), text);
        }
        let page = |appid: &String| MiniProgramPage {
            appid: appid.clone(),
            pagepath: format!("pages/notice/detail?id={}&n={}", notice.id, row.id),
        };
        Ok(TemplateMessage {
            to,
            template_id: self.template.clone(),
            client_msg_id: row.id.to_string(),
            miniprogram: self.opens.as_ref().map(page),
            data,
        })
    }
}
