//! What a case is filed under, and what a search asks for: the same words for both.
//!
//! Besides the grams of its texts a case is filed under what never changes of it: kind, category, reporter, who may see
//! it, and the areas that hold it. So a search looks only at cases that its caller may see; the rows are asked for in
//! the caller's scope all the same, and the index alone shows nothing to anybody.
//!
//! A case that was filed under its village may since have been moved into one of its grids. It is therefore among those
//! that a search in any grid of the village looks at, and its row tells. One that fewer may see by now is still filed as open,
//! which is looked at for everybody, and again its row tells.

use super::text;
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::id::Id;
use crate::features::cases::model::{CaseKind, Confidential, Reporter};
use crate::features::cases::store::sought::Filed;
use crate::features::cases::wire::{CaseFilter, View};
use crate::platform::access::{AreaScope, Sight};

/// No gram begins so: a gram is made of letters and digits.
const MARK: char = ':';

fn kind(kind: CaseKind) -> String {
    format!("{MARK}kind {kind}")
}

fn category(category: &str) -> String {
    format!("{MARK}category {category}")
}

fn reporter(reporter: Id<Reporter>) -> String {
    format!("{MARK}by {}", reporter.uuid())
}

fn within(area: &AreaCode) -> String {
    format!("{MARK}in {area}")
}

/// In the village itself, and in none of its grids when it was filed.
fn loose_in(village: &AreaCode) -> String {
    format!("{MARK}loose {village}")
}

/// Public and internal cases are seen by everybody in the area.
fn seen(confidential: Confidential) -> String {
    match confidential {
        Confidential::Public | Confidential::Internal => format!("{MARK}open"),
        Confidential::Private | Confidential::Sealed => format!("{MARK}{confidential}"),
    }
}

/// Calls `file` with every term of a case, with repetitions.
pub fn of_case(case: &Filed, mut file: impl FnMut(&str)) {
    for text in [Some(&case.no), Some(&case.title), Some(&case.detail), case.address.as_ref()] {
        let folded = text.map(|text| text::fold(text)).unwrap_or_default();
        text::grams(&folded).for_each(&mut file);
    }
    file(&kind(case.kind));
    file(&category(&case.category));
    file(&reporter(case.reporter_id));
    file(&seen(case.confidential));
    case.area_code.lineage().iter().for_each(|area| file(&within(area)));
    if case.area_code.level() < AreaLevel::Grid {
        file(&loose_in(&case.area_code));
    }
}

/// What a case must be filed under to be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// This term.
    Term(String),
    /// All of these; everything when there are none.
    All(Vec<Wanted>),
    /// One of these; nothing when there are none.
    Any(Vec<Wanted>),
}

impl Wanted {
    /// The cases with these grams.
    pub fn grams(grams: &[&str]) -> Self {
        Self::All(grams.iter().map(|gram| Self::Term((*gram).to_owned())).collect())
    }

    /// The cases that `scope` shows, as `store::visible` says it, among those that `filter` asks for as far as it asks
    /// for what never changes.
    pub fn asked(scope: &AreaScope, filter: &CaseFilter) -> Self {
        let mut all = vec![shown_to(scope)];
        all.extend(filter.kind.map(|wanted| Self::Term(kind(wanted))));
        all.extend(filter.category.as_deref().map(|wanted| Self::Term(category(wanted))));
        all.extend((filter.view == View::Mine).then(|| own(scope)));
        Self::All(all)
    }

    /// The terms, each as often as it stands here.
    pub fn terms(&self) -> Vec<&str> {
        match self {
            Self::Term(term) => vec![term],
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::terms).collect(),
        }
    }
}

/// What the viewer reported.
fn own(scope: &AreaScope) -> Wanted {
    Wanted::Any(scope.names().map(|name| Wanted::Term(reporter(Id::from_uuid(name)))).collect())
}

fn shown_to(scope: &AreaScope) -> Wanted {
    if scope.only_own() {
        return own(scope);
    }
    let inside = if scope.is_everywhere() { Wanted::All(vec![]) } else { inside(scope.prefixes()) };
    let sights = [(Confidential::Private, scope.private()), (Confidential::Sealed, scope.sealed())];
    if sights.iter().all(|(_, sight)| *sight == Sight::Throughout) {
        return inside;
    }
    let mut shown = vec![own(scope), Wanted::Term(seen(Confidential::Internal))];
    for (confidential, sight) in sights {
        let of_kind = Wanted::Term(seen(confidential));
        match sight {
            Sight::Nowhere => {}
            Sight::Throughout => shown.push(of_kind),
            Sight::In(areas) => shown.push(Wanted::All(vec![of_kind, self::inside(&areas)])),
        }
    }
    Wanted::All(vec![inside, Wanted::Any(shown)])
}

/// Cases that lie, or by now may lie, in one of `areas`.
fn inside(areas: &[AreaCode]) -> Wanted {
    let mut any = Vec::new();
    for area in areas {
        any.push(Wanted::Term(within(area)));
        let village = area.at(AreaLevel::Village).filter(|village| village != area);
        any.extend(village.map(|village| Wanted::Term(loose_in(&village))));
    }
    Wanted::Any(any)
}
