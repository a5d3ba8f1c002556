//! What is heard of messages after they were sent: receipts of text messages, events of WeChat, and silence.
//!
//! A report may come twice, late, in any order, and for what we never sent: what has ended stays as it ended, so each of
//! these jobs may run any number of times.

use super::delivery::DeliveryState;
use super::lines::read_result;
use super::store::receipts::{self, Report};
use super::waves::go_on;
use super::ways::Ways;
use crate::base::problem::Result;
use crate::features::callbacks::{
    SmsReport, SmsReported, SubscribeReport, SubscribeReported, TemplateFate, TemplateReported,
};
use crate::platform::db::{Db, Tx};
use crate::platform::outbox::Outcome;

/// Messages of one look.
const AT_ONCE: i64 = 200;

/// Hears receipts of text messages; where one says that the person was not told, the next channel is due.
pub async fn hear_texts(db: &Db, ways: &Ways, job: SmsReported) -> Outcome {
    let ways = ways.clone();
    done(db.write(move |tx| job.reports.iter().try_for_each(|report| text(tx, &ways, report))).await)
}

fn text(tx: &mut Tx, ways: &Ways, report: &SmsReport) -> Result<()> {
    let Ok(delivery) = report.reference.parse() else { return Ok(()) };
    let (state, known) =
        (read_result(report.result), |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty()));
    let report = Report { state, code: known(&report.code), number: known(&report.gateway_no) };
    enter(tx, ways, delivery, &report)
}

fn enter(
    tx: &mut Tx,
    ways: &Ways,
    delivery: crate::base::id::Id<super::model::Delivery>,
    report: &Report,
) -> Result<()> {
    match receipts::report(tx, delivery, report)? {
        Some(row) if report.state.is_miss() => go_on(tx, ways, vec![row]),
        _ => Ok(()),
    }
}

/// Hears what became of a template message. A number that is not known may belong to a message whose send has not been
/// written down yet: for two minutes it is asked for again.
pub async fn hear_template(db: &Db, ways: &Ways, job: TemplateReported) -> Outcome {
    let (ways, number, at) = (ways.clone(), job.msgid.clone(), job.at);
    let heard = db.write(move |tx| {
        let Some(delivery) = receipts::numbered(tx, &job.msgid)? else { return Ok(false) };
        let state = match job.fate {
            TemplateFate::Delivered => DeliveryState::Delivered,
            TemplateFate::Blocked => DeliveryState::Refused,
            TemplateFate::Failed => DeliveryState::TemporaryFailure,
        };
        let report =
            Report { state, code: Some(job.fate.as_str().to_owned()), number: Some(job.msgid.clone()) };
        enter(tx, &ways, delivery, &report)?;
        Ok(true)
    });
    match heard.await {
        Ok(true) => Outcome::Done,
        Ok(false) if db.clock().now().since(at) < chrono::TimeDelta::minutes(2) => {
            Outcome::Retry("the message is not known yet".to_owned())
        }
        Ok(false) => {
            tracing::info!(number, "WeChat reports a template message that is not known");
            Outcome::Done
        }
        Err(problem) => Outcome::Retry(problem.to_string()),
    }
}

/// Hears that subscribe messages went out to somebody: it ends the doubt about the one message to them whose fate is
/// not known. WeChat tells failures only of its own systems, so a report of one says no more than the doubt did.
pub async fn hear_subscribe(db: &Db, job: SubscribeReported) -> Outcome {
    let heard = db.write(move |tx| {
        let Some(name) = job.user else { return Ok(()) };
        for SubscribeReport { msgid, .. } in job.reports.iter().filter(|one| one.error_code == "0") {
            let Some(delivery) = receipts::in_doubt(tx, name)? else { continue };
            let number = Some(msgid.clone()).filter(|number| !number.is_empty());
            let report = Report { state: DeliveryState::Sent, code: None, number };
            receipts::report(tx, delivery, &report)?;
        }
        Ok(())
    });
    done(heard.await)
}

fn done(heard: Result<()>) -> Outcome {
    match heard {
        Ok(()) => Outcome::Done,
        Err(problem) => Outcome::Retry(problem.to_string()),
    }
}

/// Ends text messages whose receipt did not come within 72 hours, and lets the next channel try. Run by the timetable;
/// answers how many.
pub async fn time_out(db: &Db, ways: &Ways) -> Result<usize> {
    let mut all = 0;
    loop {
        let ways = ways.clone();
        let ended = db.write(move |tx| {
            let late = receipts::time_out(tx, AT_ONCE)?;
            let ended = late.len();
            go_on(tx, &ways, late)?;
            Ok(ended)
        });
        let ended = ended.await?;
        all += ended;
        if ended < AT_ONCE as usize {
            return Ok(all);
        }
    }
}
