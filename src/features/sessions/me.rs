//! What the caller may know of themselves: name, posts, permissions and where they hold.

use super::store::displays;
use crate::base::area_code::AreaCode;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::{households, staff};
use crate::platform::access::policy::{self, Row};
use crate::platform::access::{Actor, ActorKind, Post};
use crate::platform::web::App;

/// A permission that the caller holds.
#[derive(Debug)]
pub struct Held {
    /// The row of the policy.
    pub row: &'static Row,
    /// The areas in which it holds, none inside another.
    pub areas: Vec<AreaCode>,
}

/// Name and phone of the caller, masked; a display's name is nobody's and stands as it is.
#[derive(Debug)]
pub struct Masked {
    /// The name.
    pub name: String,
    /// The phone, where one is entered.
    pub phone: Option<String>,
    /// A resident's address.
    pub address: Option<String>,
}

/// Every permission of the policy that one of `posts` holds, in the order of the policy.
pub fn permissions(posts: &[Post]) -> Vec<Held> {
    let held = |row: &'static Row| {
        let mut areas: Vec<AreaCode> = posts
            .iter()
            .filter(|post| row.roles.contains(&post.role))
            .map(|post| post.area.clone())
            .collect();
        areas.sort();
        areas.dedup_by(|inner, outer| inner.is_within(outer));
        (!areas.is_empty()).then_some(Held { row, areas })
    };
    policy::TABLE.iter().filter_map(held).collect()
}

/// The caller's own name and phone, masked as for anybody.
pub async fn masked(app: &App, by: &Actor) -> Result<Masked> {
    let (vault, kind, id) = (app.vault.clone(), by.kind(), by.id());
    let read = app.db.read(move |c| match kind {
        ActorKind::Staff => {
            let (name, phone) = staff::own(c, &vault, Id::from_uuid(id))?;
            Ok(Masked { name: name.masked(), phone: Some(phone.masked()), address: None })
        }
        ActorKind::Resident => {
            let own = households::own(c, &vault, Id::from_uuid(id))?;
            let phone = own.phone.map(|phone| phone.masked());
            Ok(Masked { name: own.name.masked(), phone, address: Some(own.address.masked()) })
        }
        ActorKind::Machine => {
            let found = displays::find(c, Id::from_uuid(id))?;
            let (display, _) = found.ok_or_else(Problem::not_found)?;
            Ok(Masked { name: display.name, phone: None, address: None })
        }
        ActorKind::System | ActorKind::Anonymous => Err(Problem::not_found()),
    });
    read.await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::access::Role;

    #[test]
    fn a_permission_names_the_widest_areas_of_the_posts_that_hold_it() {
        let post = |role, area: &str| Post { role, area: area.parse().unwrap() };
        let posts = [
            post(Role::GridWorker, "500114119201001"),
            post(Role::GridLeader, "500114119201"),
            post(Role::Mediator, "500114119"),
        ];
        let held = permissions(&posts);
        let areas = |name: &str| {
            let held = held.iter().find(|held| held.row.name == name);
            held.map(|held| held.areas.iter().map(AreaCode::as_str).collect::<Vec<_>>())
        };
        assert_eq!(areas("household.keep"), Some(vec!["500114119201"]));
        assert_eq!(areas("dispute.mediate"), Some(vec!["500114119"]));
        assert_eq!(areas("staff.keep"), None);
    }
}
