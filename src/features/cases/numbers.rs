//! Case numbers: unique per town, kind and year, with gaps.
//!
//! A number is taken from a block in memory. Blocks are fetched in a transaction of their own, before the
//! case's: a number that came from the case's own transaction would be handed out again if that failed.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::Datelike;

use super::model::CaseKind;
use super::store;
use crate::base::area_code::AreaCode;
use crate::base::problem::Result;
use crate::platform::db::Db;

/// Numbers fetched at once; as many are lost when a node stops.
const BLOCK: i64 = 100;

type Series = (AreaCode, CaseKind, i32);

/// The numbers that this node may hand out. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Numbers {
    blocks: Arc<Mutex<HashMap<Series, Range<i64>>>>,
    fetching: Arc<tokio::sync::Mutex<()>>,
}

impl Numbers {
    /// The next number of `town` for a case of `kind` that is reported now, such as `YH-500114119-2026-00042`. The town
    /// is one in which the reporter may report, so that invented towns begin no series.
    pub async fn take(&self, db: &Db, town: &AreaCode, kind: CaseKind) -> Result<String> {
        let year = db.clock().now().local_date().year();
        let series = (town.clone(), kind, year);
        let n = match self.next(&series) {
            Some(n) => n,
            None => self.fetch(db, &series).await?,
        };
        Ok(format!("{}-{}-{year}-{n:05}", kind.letters(), series.0))
    }

    fn next(&self, series: &Series) -> Option<i64> {
        // A panic elsewhere cannot leave a range half changed, so a poisoned lock is as good as any.
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        blocks.get_mut(series)?.next()
    }

    /// One caller fetches; those who come meanwhile wait and share its block.
    async fn fetch(&self, db: &Db, series: &Series) -> Result<i64> {
        let _turn = self.fetching.lock().await;
        if let Some(n) = self.next(series) {
            return Ok(n);
        }
        let key = series.clone();
        let first =
            db.plain().write(move |tx| store::reserve_numbers(tx, &key.0, key.1, key.2, BLOCK)).await?;
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        blocks.insert(series.clone(), first + 1..first + BLOCK);
        Ok(first)
    }
}
