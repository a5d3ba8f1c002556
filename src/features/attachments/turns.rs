//! How many uploads one account may have under way, so that nobody fills the disk that all share.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use uuid::Uuid;

use super::remark::MOST_PHOTOS;
use crate::base::problem::{Code, Problem, Result};

/// Uploads of this process, by account.
static UNDER_WAY: Mutex<BTreeMap<Uuid, usize>> = Mutex::new(BTreeMap::new());
/// How soon somebody who was refused may try again, seconds.
const AGAIN: u32 = 5;

/// The right to upload one photo; given back when it is dropped, however the upload ends.
#[derive(Debug)]
pub struct Turn(Uuid);

impl Turn {
    /// A turn of `account`, which may send all photos of one report at a time: 429 for more.
    pub fn take(account: Uuid) -> Result<Self> {
        let mut under_way = UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner);
        let uploads = under_way.entry(account).or_default();
        if *uploads >= MOST_PHOTOS {
            let why = format!("同时上传的照片不能超过 {MOST_PHOTOS} 张,请稍后再传");
            return Err(Problem::because(Code::RateLimited, why).retry_after(AGAIN));
        }
        *uploads += 1;
        Ok(Self(account))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut under_way = UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner);
        match under_way.get_mut(&self.0) {
            Some(uploads) if *uploads > 1 => *uploads -= 1,
            _ => drop(under_way.remove(&self.0)),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn one_account_uploads_the_photos_of_one_report_at_a_time_and_delays_nobody_else() {
        let (greedy, other) = (Uuid::new_v4(), Uuid::new_v4());
        let mut turns: Vec<_> = (0..MOST_PHOTOS).map(|_| Turn::take(greedy).unwrap()).collect();
        let refused = Turn::take(greedy).unwrap_err();
        assert_eq!((refused.code(), refused.retry_seconds()), (Code::RateLimited, Some(AGAIN)));
        assert!(Turn::take(other).is_ok());
        turns.pop();
        assert!(Turn::take(greedy).is_ok());
        drop(turns);
        let left = UNDER_WAY.lock().unwrap();
        assert!(!left.contains_key(&greedy) && !left.contains_key(&other), "nobody is remembered");
    }
}
