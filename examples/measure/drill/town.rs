//! The town of a drill, which `town seed` filled: who can be reached, and what its notices go by.

use diesel::prelude::*;
use diesel::sql_types::Nullable;
use serde_json::{Value, json};
use wangge::base::clock::{Clock, Timestamp};
use wangge::base::column::{Instant as At, Uid};
use wangge::base::id::Id;
use wangge::base::sensitive::Phone;
use wangge::features::notices::Notice;
use wangge::features::sessions::WxIdentity;
use wangge::platform::access::Resident;
use wangge::platform::db::schema::{notices, residents, wx_identities, wx_tickets};
use wangge::platform::db::{DbConnection, Doc};
use wangge::platform::privacy::Vault;

use super::Failure;

/// The template of notices, as the drills' scripts set it.
const TEMPLATE: &str = "T1";

/// The notices that wait for their publication.
pub fn waiting(manifest: &Value) -> Result<Vec<Id<Notice>>, Failure> {
    let all = manifest["notices"].as_array().ok_or("no notices in the manifest")?;
    Ok(all.iter().map(|id| id.as_str().unwrap_or_default().parse()).collect::<Result<_, _>>()?)
}

/// Gives every resident a number of their own and so many tickets.
pub fn reach_everybody(vault: &Vault, c: &mut DbConnection, tickets: i32) -> Result<(), Failure> {
    let now = Clock::System.now();
    let everybody: Vec<Id<Resident>> = residents::table.select(residents::id).load(c)?;
    let names: Vec<Id<WxIdentity>> = wx_identities::table.select(wx_identities::id).load(c)?;
    c.transaction::<_, diesel::result::Error, _>(|c| {
        for (n, id) in everybody.iter().enumerate() {
            let Ok(phone) = Phone::parse(&format!("139{n:08}")) else { continue };
            let Ok(sealed) = vault.seal_value(&phone) else { continue };
            let set = (
                residents::phone_sealed.eq(Some(sealed)),
                residents::phone_index.eq(Some(vault.index_value(&phone))),
            );
            diesel::update(residents::table.find(id)).set(set).execute(c)?;
        }
        for id in &names {
            let row = (
                wx_tickets::identity_id.eq(id),
                wx_tickets::template_id.eq(TEMPLATE),
                wx_tickets::kind.eq("once"),
                wx_tickets::state.eq("accept"),
                wx_tickets::remaining.eq(tickets),
                wx_tickets::last_event_at.eq(now),
            );
            diesel::insert_into(wx_tickets::table).values(row).execute(c)?;
        }
        Ok(())
    })?;
    Ok(())
}

/// The notice is of this level, and goes by subscribe message and text message at once.
pub fn plan(c: &mut DbConnection, notice: Id<Notice>, level: &str) -> Result<(), Failure> {
    let plan = Doc(json!({ "order": ["wx_subscribe", "sms"], "together": true }));
    let set =
        (notices::channels.eq(plan), notices::level.eq(Some(level)), notices::instruction.eq(Some("不转账")));
    diesel::update(notices::table.find(notice)).set(set).execute(c)?;
    Ok(())
}

#[derive(QueryableByName)]
struct Times {
    #[diesel(sql_type = Nullable<At>)]
    published_at: Option<Timestamp>,
    #[diesel(sql_type = Nullable<At>)]
    fanned_out_at: Option<Timestamp>,
}

/// How long it took until every delivery had its row; none before.
pub fn fanned_out(c: &mut DbConnection, notice: Id<Notice>) -> Result<Option<std::time::Duration>, Failure> {
    let row = diesel::sql_query("SELECT published_at, fanned_out_at FROM notices WHERE id = $1");
    let Times { published_at, fanned_out_at } = row.bind::<Uid, _>(notice).get_result(c)?;
    let both = published_at.zip(fanned_out_at);
    Ok(both.and_then(|(from, to)| to.since(from).to_std().ok()))
}
