//! Entering what a phone reports, and what WeChat tells, about consent to templates.

use super::model::{TicketAnswer, TicketKind};
use super::own::subject;
use super::store::identities;
use super::store::tickets::{self, Teller};
use super::subject::standing;
use crate::base::problem::{Code, Problem, Result};
use crate::platform::access::Actor;
use crate::platform::web::{App, IdempotencyKey, Templates};

/// How long a consent to `template` holds.
pub fn kind_of(templates: &Templates, template: &str) -> TicketKind {
    if templates.long.iter().any(|long| long == template) { TicketKind::Long } else { TicketKind::Once }
}

/// Enters the caller's answers, one per template, once per key: an answer is worth a message, and a resend is not.
///
/// # Errors
/// 409 `guard_refused` when the caller never signed in with WeChat.
pub async fn report(
    app: &App,
    by: Actor,
    key: IdempotencyKey,
    answers: Vec<(String, TicketAnswer)>,
) -> Result<()> {
    let subject = subject(&by);
    let templates = app.templates.clone();
    let said: Vec<_> = answers.iter().map(|(template, answer)| format!("{template} {answer}")).collect();
    let fingerprint = format!("wx_tickets.report {}", said.join(";")).into_bytes();
    let entered = app.db.write(move |tx| {
        let now = tx.now();
        let since = standing(tx, subject, now)?.and_then(|who| who.links_since());
        let identity = identities::of_subject(tx, subject, since)?
            .ok_or_else(|| Problem::because(Code::GuardRefused, "尚未绑定微信,不能登记订阅结果"))?;
        key.once(tx, &by, &fingerprint, |tx| {
            let mut entered = answers.iter();
            entered.try_for_each(|(template, answer)| {
                let kind = kind_of(&templates, template);
                tickets::answered(tx, identity, template, kind, *answer, Teller::Phone)
            })
        })
    });
    entered.await
}
