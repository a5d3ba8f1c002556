//! Suspending an event and giving it more time: one asks, an approver signs.

use chrono::NaiveDate;

use super::EventFile;
use super::taking::{Said, step};
use crate::base::problem::{Code, Problem, Result};
use crate::features::cases::Desk;
use crate::features::events::model::{Event, EventStep, Request, check_amount, check_until};
use crate::platform::access::Granted;
use crate::platform::access::policy::{ApproveEvent, HandleEvent, TriageEvent};
use crate::platform::db::Db;
use crate::platform::web::At;

/// Asks that it may rest until a day.
pub async fn ask_suspension(
    db: &Db,
    by: Granted<TriageEvent>,
    at: At<Event>,
    until: NaiveDate,
    reason: String,
) -> Result<EventFile> {
    step(db, by, at, EventStep::AskSuspension, Said::among_us(reason), move |_, _, step| {
        check_until(until, step.today)?;
        step.row.ask(Request::Suspension, step.me);
        step.row.requested_until = Some(until);
        step.desk = Desk::Stays;
        Ok(())
    })
    .await
}

/// Lets it rest until the day that was asked for.
pub async fn suspend(
    db: &Db,
    by: Granted<ApproveEvent>,
    at: At<Event>,
    note: Option<String>,
) -> Result<EventFile> {
    step(db, by, at, EventStep::Suspend, Said::to_reporter(note), |_, _, step| {
        let until = step.row.requested_until.filter(|until| *until > step.today);
        let past = || Problem::because(Code::GuardRefused, "申请的日期已过,请不予批准后重新申请");
        step.row.suspended_until = Some(until.ok_or_else(past)?);
        step.row.suspended_from = Some(step.row.state);
        step.row.suspended_on = Some(step.today);
        step.desk = Desk::Stays;
        Ok(())
    })
    .await
}

/// Goes on where it was suspended, before or after the day.
pub async fn resume(
    db: &Db,
    by: Granted<TriageEvent>,
    at: At<Event>,
    note: Option<String>,
) -> Result<EventFile> {
    step(db, by, at, EventStep::Resume, Said::to_reporter(note), |_, _, step| {
        step.row.end_suspension(step.today);
        step.desk = Desk::Stays;
        Ok(())
    })
    .await
}

/// Asks for more time: working days, or hours where it is urgent.
pub async fn ask_extension(
    db: &Db,
    by: Granted<HandleEvent>,
    at: At<Event>,
    amount: i32,
    reason: String,
) -> Result<EventFile> {
    step(db, by, at, EventStep::AskExtension, Said::among_us(reason), move |_, _, step| {
        check_amount(amount, step.file.urgency)?;
        step.row.ask(Request::Extension, step.me);
        step.row.requested_amount = Some(amount);
        step.desk = Desk::Stays;
        Ok(())
    })
    .await
}

/// Gives the time that was asked for.
pub async fn extend(
    db: &Db,
    by: Granted<ApproveEvent>,
    at: At<Event>,
    note: Option<String>,
) -> Result<EventFile> {
    step(db, by, at, EventStep::Extend, Said::to_reporter(note), |_, _, step| {
        step.row.extended_by = step.row.requested_amount;
        step.row.forget_request();
        step.desk = Desk::Stays;
        Ok(())
    })
    .await
}

/// Does not grant what was asked for.
pub async fn deny(db: &Db, by: Granted<ApproveEvent>, at: At<Event>, reason: String) -> Result<EventFile> {
    step(db, by, at, EventStep::Deny, Said::among_us(reason), |_, _, step| {
        step.row.forget_request();
        step.desk = Desk::Stays;
        Ok(())
    })
    .await
}
