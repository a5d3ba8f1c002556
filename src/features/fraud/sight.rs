//! How far somebody looks into the two ledgers: whoever only reports sees their own, the office and the police see
//! what lies in their areas (反电信网络诈骗法 5: what one learns at work stays there).

use diesel::dsl::{And, GtEq, Lt};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use crate::base::area_code::AreaCode;
use crate::base::problem::Result;
use crate::platform::access::policy::OverseeFraud;
use crate::platform::access::{AreaScope, Granted, Permission};
use crate::platform::db::{Condition, MultiBackend};

/// Where somebody finds entries, and where they find those of others too.
#[derive(Debug, Clone)]
pub struct Sight {
    /// Where they find what they reported or wrote down themselves.
    pub scope: AreaScope,
    /// Where they find everything.
    pub all: Option<AreaScope>,
}

impl Sight {
    /// How far `by` looks.
    pub fn of<P: Permission>(by: &Granted<P>) -> Self {
        let all = Granted::<OverseeFraud>::to(by.actor()).ok();
        Self { scope: by.scope().clone(), all: all.map(|oversees| oversees.scope().clone()) }
    }

    /// The part of it in `area` when one is asked for; 404 when nothing lies there.
    pub fn asked(self, area: Option<&AreaCode>) -> Result<Self> {
        let Some(area) = area else { return Ok(self) };
        Ok(Self { scope: self.scope.asked(Some(area))?, all: self.all.and_then(|all| all.narrowed_to(area)) })
    }

    /// The rows of a ledger that are shown: by where they lie, in the column `area`, and by whether they are the viewer's
    /// `own`.
    pub fn shows<T: 'static, C>(&self, area: C, own: Condition<T>) -> Condition<T>
    where
        C: Expression<SqlType = Text> + ExpressionMethods + Copy,
        And<GtEq<C, String>, Lt<C, String>>: BoxableExpression<T, MultiBackend, SqlType = Bool> + 'static,
    {
        let found = self.scope.inside::<T, _>(area);
        match &self.all {
            // Most who see everything see it wherever they see anything: one range of the index.
            Some(all) if all.prefixes() == self.scope.prefixes() => found,
            Some(all) => Box::new(found.and(all.inside::<T, _>(area).or(own))),
            None => Box::new(found.and(own)),
        }
    }

    /// Whether they see entries of others in `area`.
    pub fn oversees(&self, area: &AreaCode) -> bool {
        self.all.as_ref().is_some_and(|all| all.holds(area))
    }
}
