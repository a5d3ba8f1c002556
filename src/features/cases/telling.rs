//! Telling the reporter what a step means for them, in the transaction of the step: the one place where every
//! procedure's steps pass, see [`advance`](super::advance).

use super::model::{CaseFile, shown_id};
use super::progress::News;
use crate::base::problem::Result;
use crate::features::messages::{self, About, Addressee, Message};
use crate::platform::access::Actor;
use crate::platform::db::Tx;

/// Tells the reporter of `file` the `news` of the step that made its present version, with the remark that they may
/// read. Once per version; nobody is told what they did themselves.
pub(super) fn tell(tx: &mut Tx, by: &Actor, file: &CaseFile, news: &News, note: Option<&str>) -> Result<()> {
    if file.reporter_id.uuid() == by.id() {
        return Ok(());
    }
    let note = note.map(|note| format!("说明:{note}")).unwrap_or_default();
    let message = Message {
        to: Addressee { kind: file.reporter_kind, id: file.reporter_id.uuid() },
        about: About { kind: file.kind.as_str(), case: file.id.uuid(), area: file.area_code.clone() },
        kind: news.kind,
        text: format!("您反映的“{}”({}):{}。{note}", file.title, file.no, news.words),
        dedupe_key: format!("{}:{}", shown_id(file.kind, file.id), file.version),
    };
    messages::tell(tx, &message).map(drop)
}
