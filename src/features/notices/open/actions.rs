//! Reading what was published.

use std::collections::{BTreeMap, BTreeSet};

use super::published::{NamedArea, Published};
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::id::Id;
use crate::base::page::{Page, PageRequest, Place};
use crate::base::problem::{Problem, Result};
use crate::features::areas;
use crate::features::notices::model::Notice;
use crate::features::notices::store::open::{self as store, PublicRow};
use crate::platform::access::policy::SeeAreas;
use crate::platform::access::system;
use crate::platform::db::{Db, DbConnection};

/// The notice, when it was published; 404 otherwise.
pub async fn find(db: &Db, id: Id<Notice>) -> Result<Published> {
    let now = db.clock().now();
    db.read(move |c| {
        let row = store::find(c, id, now)?;
        let before = row.replaces_id;
        let mut notice = named(c, vec![row])?.pop().ok_or_else(Problem::not_found)?;
        if let Some(before) = before {
            notice.replaces = store::published_at(c, before)?.map(|at| (before, at));
        }
        Ok(notice)
    })
    .await
}

/// A feed: the area, and a page of what was published there.
pub struct Feed {
    /// The town, village or grid.
    pub area: NamedArea,
    /// The notices, newest first.
    pub page: Page<Published>,
}

/// A page of what was published for a town, village or grid, newest first; 404 for wider areas and for those that do not
/// exist.
pub async fn feed(db: &Db, area: AreaCode, page: PageRequest) -> Result<Feed> {
    if area.level() < AreaLevel::Town {
        return Err(Problem::not_found());
    }
    let now = db.clock().now();
    db.read_lagging(move |c| {
        let names = names(c, std::slice::from_ref(&area))?;
        if !names.contains_key(&area) {
            return Err(Problem::not_found());
        }
        let rows = store::list(c, &area, &page, now)?;
        let page = page.page(rows, |row| Place { at: row.published_at, id: row.id.uuid() });
        let area = NamedArea { name: whole_name(&names, &area), code: area.clone() };
        Ok(Feed { area, page: Page { items: named(c, page.items)?, next: page.next } })
    })
    .await
}

/// The rows with the names of their areas; two statements however many there are.
fn named(c: &mut DbConnection, rows: Vec<PublicRow>) -> Result<Vec<Published>> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut areas: BTreeMap<_, Vec<AreaCode>> = BTreeMap::new();
    for (id, code) in store::areas_of(c, &ids)? {
        areas.entry(id.uuid()).or_default().push(code);
    }
    let mut codes: Vec<AreaCode> = areas.values().flatten().cloned().collect();
    codes.extend(rows.iter().map(|row| row.area_code.clone()));
    let names = names(c, &codes)?;
    let published = |row: PublicRow| {
        let areas = areas.remove(&row.id.uuid()).unwrap_or_default();
        let named = areas.into_iter().map(|code| NamedArea { name: whole_name(&names, &code), code });
        let issuer = names.get(&row.area_code.town()).cloned().unwrap_or_default();
        Published { areas: named.collect(), replaces: None, issuer, row }
    };
    Ok(rows.into_iter().map(published).collect())
}

/// What these areas and those that hold them are called.
fn names(c: &mut DbConnection, codes: &[AreaCode]) -> Result<BTreeMap<AreaCode, String>> {
    let codes: BTreeSet<AreaCode> = codes.iter().flat_map(AreaCode::lineage).collect();
    let codes: Vec<AreaCode> = codes.into_iter().collect();
    let by = system::<SeeAreas>("what areas are called stands in notices that everybody may read");
    let found = areas::find_each(c, by.scope(), &codes)?;
    Ok(found.into_iter().map(|area| (area.code, area.name)).collect())
}

/// The name of an area behind those of the areas that hold it, from the district on. A grid is often called after its
/// village already.
fn whole_name(names: &BTreeMap<AreaCode, String>, code: &AreaCode) -> String {
    let wider = code.lineage().into_iter().filter(|wider| wider.level() >= AreaLevel::District);
    let mut whole = String::new();
    let mut last = "";
    for name in wider.filter_map(|area| names.get(&area)) {
        let more = name.strip_prefix(last).filter(|_| !last.is_empty()).unwrap_or(name);
        whole.push_str(more);
        last = name;
    }
    whole
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_said_once() {
        let names = [
            ("50", "示例市"),
            ("500114", "示例区"),
            ("500114119", "示例镇"),
            ("500114119201", "示例一村"),
            ("500114119201001", "示例一村第一网格"),
        ];
        let names = names.map(|(code, name)| (code.parse().unwrap(), name.to_owned())).into();
        let of = |code: &str| whole_name(&names, &code.parse().unwrap());
        assert_eq!(of("500114119201001"), "示例区示例镇示例一村第一网格");
        assert_eq!(of("500114"), "示例区");
    }
}
