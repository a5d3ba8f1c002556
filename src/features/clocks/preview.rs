//! What would be: when a time would end, and what would be told on the way there, if it started then (试算).

use chrono::NaiveDate;

use super::reckoning::{Due, Point};
use super::rules::Rule;
use crate::base::clock::Timestamp;
use crate::base::problem::Result;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct WhatIf {
    /// Which time.
    pub rule: Rule,
    /// When it would start.
    pub start: Timestamp,
    /// The last day, where an order or an agreement names it.
    pub named: Option<NaiveDate>,
    /// By how many of the rule's units it would be extended.
    pub extension: Option<u16>,
}

impl WhatIf {
    /// The end, and every point on the way there; reckoned by what reckons real clocks. 503 `calendar_missing` for working
    /// days in a year that is not known.
    pub fn answer(self) -> Result<(Due, Vec<Point>)> {
        let due = match self.named {
            Some(day) => Due::named(day),
            None => self.rule.due(self.start)?,
        };
        let due = match self.extension {
            Some(by) => self.rule.extended(due, by)?,
            None => due,
        };
        Ok((due, self.rule.points(due)?))
    }
}
