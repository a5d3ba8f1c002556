//! How a notice looks as a subscribe message of the mini-program, and whom it goes to.

use std::collections::{BTreeMap, BTreeSet};

use super::shown::{Misfit, Shown, text};
use super::{Addresses, Letter, Prepared};
use crate::base::id::Id;
use crate::base::problem::Result as Answer;
use crate::features::notices::delivery::{DeliveryState, Sending, Verdict};
use crate::features::notices::model::{Delivery, NoticeRow};
use crate::features::notices::waves::Ready;
use crate::features::sessions;
use crate::platform::db::Tx;
use crate::platform::push::template::{TemplateField, Unfit, fit};
use crate::platform::push::wechat::{MiniProgramVersion, OpenId, SubscribeMessage};

/// The subscribe messages of a town.
#[derive(Debug, Clone)]
pub struct Subscribe {
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
}

impl Subscribe {
    /// A channel with the page of the mini-program that comes with this server.
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

    /// The letter of a delivery, or how the delivery ends without one. Its ticket is not drawn yet.
    pub fn prepare(&self, row: &Sending, notice: &NoticeRow, at: &Addresses) -> Prepared {
        let Some(name) = at.name(row) else {
            return Err(Verdict::ends(DeliveryState::PermanentFailure, "unlinked"));
        };
        let message = self.message(name.openid.clone(), notice, row.id);
        message.map(Letter::Subscribe).map_err(|misfit| misfit.ends())
    }

    /// Draws the tickets of those that are about to leave; takes out those who have none and answers how they end.
    pub fn draw(&self, tx: &mut Tx, leaving: &mut Vec<Ready>) -> Answer<Vec<(Sending, Verdict)>> {
        // What is sent again because it may not have arrived goes on the ticket of the first try.
        let (mut ready, mut left): (Vec<_>, Vec<_>) =
            std::mem::take(leaving).into_iter().partition(|one| one.row.is_uncertain());
        let mut without = Vec::new();
        while !left.is_empty() {
            // Two messages to one person draw one after the other.
            let mut asked = BTreeSet::new();
            let (now, later): (Vec<_>, Vec<_>) =
                left.into_iter().partition(|one| asked.insert(one.row.identity_id));
            let identities: Vec<_> = asked.into_iter().flatten().collect();
            let drawn = sessions::reserve_tickets(tx, &identities, &self.template)?;
            for one in now {
                if one.row.identity_id.is_some_and(|identity| drawn.contains(&identity)) {
                    ready.push(one);
                } else {
                    without.push((one.row, Verdict::ends(DeliveryState::Refused, "no_ticket")));
                }
            }
            left = later;
        }
        *leaving = ready;
        Ok(without)
    }

    /// Enters what a try says of the person's consent.
    pub fn settle(&self, tx: &mut Tx, row: &Sending, verdict: &Verdict) -> Answer<()> {
        let Some(identity) = row.identity_id else { return Ok(()) };
        if verdict.no_consent {
            return sessions::refused(tx, identity, &self.template);
        }
        if verdict.gives_back {
            return sessions::give_back(tx, identity, &self.template);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_no_type_is_refused_before_anything_is_sent() {
        let fields = vec![("title".to_owned(), Shown::Title)];
        let refused = Subscribe::new("wx".into(), "T".into(), fields).map(drop);
        assert_eq!(refused, Err(Misfit { key: "title".into(), why: Unfit::UnknownKey }));
        assert!(Subscribe::new("wx".into(), "T".into(), Subscribe::usual_fields()).is_ok());
    }
}
