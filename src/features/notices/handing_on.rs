//! 换渠道: what is urgent does not wait for a gateway that is down where another channel reaches the household.
//!
//! While a gateway is down one message at a time is enough to find out whether it is back, so that most are not tried and
//! never use up their timetable; for them the time since publication counts (decision 0056).

use chrono::TimeDelta;

use super::model::{Channel, NoticeRow};
use super::store::timing::{self, NEWS};
use super::waves::go_on;
use super::ways::Ways;
use crate::base::problem::Result;
use crate::platform::db::Db;

/// How long after its publication an urgent notice waits for a channel that is down.
const PATIENCE: TimeDelta = TimeDelta::minutes(5);
/// Deliveries of one write. Each may become rows of the next channel, and no writer is held for longer.
const AT_ONCE: i64 = 64;
/// What stands with a delivery that was handed on.
const DOWN: &str = "down";

/// Gives up to [`AT_ONCE`] urgent deliveries of `channel`, whose gateway is down, to the next channel that the town and
/// their notice have; answers how many. What may have arrived stays.
pub async fn hand_on(db: &Db, ways: &Ways, channel: Channel) -> Result<usize> {
    let now = db.clock().now();
    let goes_on = ways.clone();
    let waiting = db.read(move |c| {
        let urgent = timing::urgent_of(c, now.plus(-NEWS), now.plus(-PATIENCE))?;
        let others =
            |notice: &&NoticeRow| notice.next_channels(channel).iter().any(|next| goes_on.has(*next));
        let ids: Vec<_> = urgent.iter().filter(others).map(|notice| notice.id).collect();
        if ids.is_empty() { Ok(vec![]) } else { timing::waiting(c, channel, &ids, AT_ONCE) }
    });
    let waiting = waiting.await?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let ways = ways.clone();
    let handed_on = db.write(move |tx| {
        let rows = timing::give_up(tx, &waiting, DOWN)?;
        let n = rows.len();
        go_on(tx, &ways, rows)?;
        Ok(n)
    });
    let n = handed_on.await?;
    metrics::counter!("wangge_deliveries_handed_on_total", "channel" => channel.as_str()).increment(n as u64);
    Ok(n)
}
