//! What a notice says in short, many at once, for those who bring it to people.

use diesel::prelude::*;

use super::visible;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::notices::model::{FraudType, Notice, NoticeKind, NoticeState, WarningLevel};
use crate::platform::access::AreaScope;
use crate::platform::db::schema::notices;
use crate::platform::db::{Cols, DbConnection};

/// What a notice says.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = notices)]
pub struct Brief {
    /// The notice.
    pub id: Id<Notice>,
    /// What it is for.
    pub kind: NoticeKind,
    /// How grave.
    pub level: Option<WarningLevel>,
    /// Which fraud it is about.
    pub fraud_type: Option<FraudType>,
    /// In short.
    pub title: String,
    /// In full.
    pub body: String,
    /// What to do now.
    pub instruction: Option<String>,
    /// How far it is.
    pub state: NoticeState,
    /// When it was published; none before.
    pub published_at: Option<Timestamp>,
}

/// Those of `ids` that have been published and are read somewhere in `scope`, in no order.
pub fn of(c: &mut DbConnection, scope: &AreaScope, ids: &[Id<Notice>]) -> Result<Vec<Brief>> {
    let rows = notices::table
        .filter(notices::id.eq_any(ids.to_vec()))
        .filter(notices::published_at.is_not_null())
        .filter(visible(scope));
    Ok(rows.select(Brief::cols()).load(c)?)
}
