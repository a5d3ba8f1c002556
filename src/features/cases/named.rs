//! A case of any kind in a path, under its kind's own prefix.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::model::{Case, CaseFile, CaseKind};
use super::store;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::platform::access::AreaScope;
use crate::platform::db::DbConnection;

/// The path segment `{id}` of something that every kind of case has: `hazard_…`, `dispute_…` or `event_…`. What names
/// no case is 404.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathCase {
    /// The procedure that the prefix names.
    pub kind: CaseKind,
    /// The case.
    pub id: Id<Case>,
}

impl PathCase {
    /// The case, when `scope` shows it and it is of the kind that its id says; 404 otherwise.
    pub fn find(self, c: &mut DbConnection, scope: &AreaScope) -> Result<CaseFile> {
        let file = store::find(c, scope, self.id)?;
        if file.kind == self.kind { Ok(file) } else { Err(Problem::not_found()) }
    }

    fn parse(text: &str) -> Option<Self> {
        let (kind, id) = text.split_once('_')?;
        Some(Self { kind: kind.parse().ok()?, id: format!("case_{id}").parse().ok()? })
    }
}

impl FromRequest for PathCase {
    type Error = Problem;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let case = request.match_info().get("id").and_then(Self::parse);
        ready(case.ok_or_else(Problem::not_found))
    }
}

/// The path segment `{other}`: a second case, which the first has to do with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OtherCase(pub PathCase);

impl FromRequest for OtherCase {
    type Error = Problem;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let case = request.match_info().get("other").and_then(PathCase::parse);
        ready(case.map(Self).ok_or_else(Problem::not_found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::cases::shown_id;

    #[test]
    fn a_case_is_read_as_it_is_shown_and_nothing_else_is() {
        let id = Id::new();
        for &kind in CaseKind::ALL {
            assert_eq!(PathCase::parse(&shown_id(kind, id)), Some(PathCase { kind, id }));
        }
        for wrong in ["", "event", "event_", "event_x", &id.to_string(), "notice_01h455vb4pex5vsknk084sn02q"]
        {
            assert_eq!(PathCase::parse(wrong), None, "{wrong}");
        }
    }
}
