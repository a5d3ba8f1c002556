//! What is heard of messages after they were sent: receipts of text messages, events of WeChat, and silence.
//!
//! A receipt is never asked for twice and may come twice: what has ended stays as it ended.

use super::lines::reported;
use super::store::receipts;
use super::waves::go_on;
use super::ways::Ways;
use crate::base::problem::Result;
use crate::platform::db::Db;
use crate::platform::push::sms::SmsReceipt;

/// Messages of one look.
const AT_ONCE: i64 = 200;

/// Enters a receipt of a text message; where it says that the person was not told, the next channel is due. Whether it
/// changed anything.
pub async fn hear_receipt(db: &Db, ways: Ways, receipt: SmsReceipt) -> Result<bool> {
    let (Some(delivery), report) = reported(receipt) else { return Ok(false) };
    db.write(move |tx| {
        let Some(row) = receipts::report(tx, delivery, &report)? else { return Ok(false) };
        if report.state.is_miss() {
            go_on(tx, &ways, vec![row])?;
        }
        Ok(true)
    })
    .await
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
