//! The notices of a town, village or grid as an Atom feed (RFC 4287), paged by links (RFC 5005).

use std::io;

use super::actions::Feed;
use super::cap::{CapMessage, Sender};
use super::published::Published;
use super::xml::{self, Document, empty, text};
use crate::base::clock::Timestamp;
use crate::base::problem::Result;

const NAMESPACE: &str = "http://www.w3.org/2005/Atom";
/// What a CAP message is called.
pub const CAP_MEDIA: &str = "application/cap+xml";

/// The address of a feed.
fn address(feed: &Feed, sender: &Sender<'_>) -> String {
    format!("{}/api/v1/public/areas/{}/notices.atom", sender.url, feed.area.code)
}

/// The feed; `asked` is the query that asked for this page, `next` that of the next one.
pub fn document(feed: &Feed, asked: &str, next: Option<&str>, sender: &Sender<'_>) -> Result<Vec<u8>> {
    let home = address(feed, sender);
    let updated = feed.page.items.iter().map(Published::updated_at).max();
    let issuer = feed.page.items.first().map_or(feed.area.name.as_str(), |notice| notice.issuer.as_str());
    xml::document(|x| {
        let attributes = [("xmlns", NAMESPACE), ("xml:lang", "zh-CN")];
        x.create_element("feed").with_attributes(attributes).write_inner_content(|x| {
            text(x, "id", &home)?;
            text(x, "title", &format!("{}通知", feed.area.name))?;
            // Of an area in which nothing was ever published: the same each time, so that its tag is, too.
            text(x, "updated", &updated.unwrap_or(Timestamp::from_millis(0)).rfc3339())?;
            author(x, issuer)?;
            empty(
                x,
                "link",
                &[("rel", "self"), ("type", "application/atom+xml"), ("href", &format!("{home}{asked}"))],
            )?;
            empty(x, "link", &[("rel", "first"), ("type", "application/atom+xml"), ("href", &home)])?;
            if let Some(next) = next {
                empty(
                    x,
                    "link",
                    &[("rel", "next"), ("type", "application/atom+xml"), ("href", &format!("{home}{next}"))],
                )?;
            }
            feed.page.items.iter().try_for_each(|notice| entry(x, notice, sender))
        })?;
        Ok(())
    })
}

fn author(x: &mut Document, name: &str) -> io::Result<()> {
    x.create_element("author").write_inner_content(|x| text(x, "name", name))?;
    Ok(())
}

fn entry(x: &mut Document, notice: &Published, sender: &Sender<'_>) -> io::Result<()> {
    let row = &notice.row;
    let page = sender.page(notice);
    let cancelled = row.cancelled_at.is_some();
    let title = if cancelled { format!("【已撤回】{}", row.title) } else { row.title.clone() };
    let message = if cancelled { CapMessage::Cancel } else { CapMessage::Alert };
    x.create_element("entry").write_inner_content(|x| {
        text(x, "id", &page)?;
        text(x, "title", &title)?;
        text(x, "updated", &notice.updated_at().rfc3339())?;
        text(x, "published", &row.published_at.rfc3339())?;
        author(x, &notice.issuer)?;
        empty(x, "category", &[("term", row.kind.as_str()), ("label", row.kind.label())])?;
        empty(x, "link", &[("rel", "alternate"), ("type", "application/json"), ("href", &page)])?;
        let cap = format!("{page}/cap?message={message}");
        empty(x, "link", &[("rel", "related"), ("type", CAP_MEDIA), ("href", &cap)])?;
        if let Some(instruction) = &row.instruction {
            text(x, "summary", instruction)?;
        }
        text(x, "content", &row.body)
    })?;
    Ok(())
}
