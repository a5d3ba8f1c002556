//! A published notice with the names of its areas.

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::features::notices::model::Notice;
use crate::features::notices::store::open::PublicRow;

crate::text_enum! {
    /// What became of a notice that was published.
    pub enum PublicState {
        Published = "published" "已发布",
        Expired = "expired" "已过期",
        Cancelled = "cancelled" "已撤回",
        /// A newer one stands in its place.
        Updated = "updated" "已更新",
    }
}

/// An area with its whole name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedArea {
    /// The code.
    pub code: AreaCode,
    /// Its name behind the names of the areas that hold it, from the district on.
    pub name: String,
}

/// A published notice, as everybody may know it.
#[derive(Debug, Clone)]
pub struct Published {
    /// What it says.
    pub row: PublicRow,
    /// Where it is read.
    pub areas: Vec<NamedArea>,
    /// The notice that it took the place of, and when that was published; only where one notice is asked for.
    pub replaces: Option<(Id<Notice>, Timestamp)>,
    /// The name of the town that published it, or of the area that holds all of its areas.
    pub issuer: String,
}

impl Published {
    /// What became of it.
    pub fn state(&self, now: Timestamp) -> PublicState {
        if self.row.replaced_by_id.is_some() {
            return PublicState::Updated;
        }
        match (self.row.cancelled_at, self.row.expires_at) {
            (Some(_), _) => PublicState::Cancelled,
            (None, Some(at)) if at <= now => PublicState::Expired,
            (None, _) => PublicState::Published,
        }
    }

    /// When anything was said of it last.
    pub fn updated_at(&self) -> Timestamp {
        self.row.cancelled_at.unwrap_or(self.row.published_at)
    }
}
