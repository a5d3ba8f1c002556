//! Entering what a phone reports about consent to templates.

use super::model::{TicketAnswer, TicketKind};
use super::own::subject;
use super::store::{identities, tickets};
use crate::base::problem::{Code, Problem, Result};
use crate::platform::access::Actor;
use crate::platform::web::App;

/// Enters the caller's answers, one per template.
///
/// # Errors
/// 409 `guard_refused` when the caller never signed in with WeChat.
pub async fn report(app: &App, by: &Actor, answers: Vec<(String, TicketAnswer)>) -> Result<()> {
    let subject = subject(by);
    let templates = app.templates.clone();
    let kind = move |template: &String| {
        if templates.long.contains(template) { TicketKind::Long } else { TicketKind::Once }
    };
    let entered = app.db.write(move |tx| {
        let identity = identities::of_subject(tx, subject)?
            .ok_or_else(|| Problem::because(Code::GuardRefused, "尚未绑定微信,不能登记订阅结果"))?;
        for (template, answer) in &answers {
            tickets::answered(tx, identity, template, kind(template), *answer)?;
        }
        Ok(())
    });
    entered.await
}
