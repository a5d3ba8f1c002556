//! An event as it is stored beside its case file.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{EventCategory, EventScale, EventState, Next, Rejection, Request, Resolution};
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::features::cases::{Case, CaseFile, CaseKind, Reporter};
use crate::platform::db::schema::events;

/// What only events have.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = events, primary_key(case_id), treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct EventRow {
    /// The case.
    pub case_id: Id<Case>,
    /// As in the file.
    pub area_code: AreaCode,
    /// How far it is.
    pub state: EventState,
    /// What it is about.
    pub category: EventCategory,
    /// The same in finer words, at most 30 characters; free until there is a dictionary.
    pub subcategory: Option<String>,
    /// How many people it concerns, roughly.
    pub scale: EventScale,
    /// How many, when that is known.
    pub people_count: Option<i32>,
    /// The station that it was dispatched to last.
    pub station: Option<String>,
    /// Who dispatched it.
    pub dispatched_by: Option<Id<Reporter>>,
    /// When.
    pub dispatched_at: Option<Timestamp>,
    /// How often a station gave it back.
    pub declined_count: i32,
    /// Who handles it: named by the dispatch, or whoever of the station took it up.
    pub handler_id: Option<Id<Reporter>>,
    /// How often a verifier sent it back.
    pub rework_count: i32,
    /// How often it was begun again after its end.
    pub reopen_count: i32,
    /// Whether it was put right and closed by whoever walked the grid.
    pub self_handled: bool,
    /// How it ended.
    pub resolution: Option<Resolution>,
    /// Why it was not accepted.
    pub rejection: Option<Rejection>,
    /// Whose it is instead.
    pub right_office: Option<String>,
    /// The event that it repeats.
    pub merged_into: Option<Id<Case>>,
    /// The number of that event.
    pub merged_into_no: Option<String>,
    /// The kind of the case that it became.
    pub became_kind: Option<CaseKind>,
    /// The case that it became.
    pub became_id: Option<Id<Case>>,
    /// What was asked for and waits for an approver.
    pub request: Option<Request>,
    /// Who asked.
    pub requested_by: Option<Id<Reporter>>,
    /// Until which day it is to be suspended.
    pub requested_until: Option<NaiveDate>,
    /// By how much its handling is to be extended: working days, or hours where it is urgent.
    pub requested_amount: Option<i32>,
    /// In which state it was suspended; none while it is not.
    pub suspended_from: Option<EventState>,
    /// Since which day.
    pub suspended_on: Option<NaiveDate>,
    /// Until which day.
    pub suspended_until: Option<NaiveDate>,
    /// For how many days it was suspended before.
    pub suspended_days: i32,
    /// By how much its handling was extended; none before that.
    pub extended_by: Option<i32>,
    /// In which state it was merged; none while it is not.
    pub merged_from: Option<EventState>,
}

impl EventRow {
    /// The row of an event that has just been reported.
    pub fn reported(
        file: &CaseFile,
        category: EventCategory,
        subcategory: Option<String>,
        scale: EventScale,
        people_count: Option<i32>,
    ) -> Self {
        Self {
            case_id: file.id,
            area_code: file.area_code.clone(),
            state: EventState::Reported,
            category,
            subcategory,
            scale,
            people_count,
            station: None,
            dispatched_by: None,
            dispatched_at: None,
            declined_count: 0,
            handler_id: None,
            rework_count: 0,
            reopen_count: 0,
            self_handled: false,
            resolution: None,
            rejection: None,
            right_office: None,
            merged_into: None,
            merged_into_no: None,
            became_kind: None,
            became_id: None,
            request: None,
            requested_by: None,
            requested_until: None,
            requested_amount: None,
            suspended_from: None,
            suspended_on: None,
            suspended_until: None,
            suspended_days: 0,
            extended_by: None,
            merged_from: None,
        }
    }

    /// The state that `next` means for this event.
    pub fn state_of(&self, next: Next) -> EventState {
        match next {
            Next::To(state) => state,
            // No event is suspended without it; the dispatcher would see to one that were.
            Next::Resumed => self.suspended_from.unwrap_or(EventState::Accepted),
            // The step itself finds out whether the original is over.
            Next::Merged => EventState::Duplicate,
            Next::Unmerged => self.state_before_merger(),
            Next::Again if self.station.is_some() => EventState::Dispatched,
            // It ended with its original, perhaps before anybody had accepted it.
            Next::Again if self.merged_from.is_some() => self.state_before_merger(),
            Next::Again => EventState::Accepted,
        }
    }

    /// Writes down what is asked for; an approver answers.
    pub fn ask(&mut self, request: Request, by: Id<Reporter>) {
        self.request = Some(request);
        self.requested_by = Some(by);
    }

    /// There is nothing to be answered any more.
    pub fn forget_request(&mut self) {
        self.request = None;
        self.requested_by = None;
        self.requested_until = None;
        self.requested_amount = None;
    }

    /// Counts the days of the suspension that ends `today`.
    pub fn end_suspension(&mut self, today: NaiveDate) {
        let days = self.suspended_on.map_or(0, |since| (today - since).num_days());
        self.suspended_days += i32::try_from(days).unwrap_or(0);
        self.suspended_from = None;
        self.suspended_on = None;
        self.suspended_until = None;
    }

    /// Where it goes on when it is merged no more; one of which that is not known waits to be accepted.
    pub fn state_before_merger(&self) -> EventState {
        self.merged_from.unwrap_or(EventState::Reported)
    }

    /// Makes it an event of its own again.
    pub fn leave_original(&mut self) {
        self.merged_into = None;
        self.merged_into_no = None;
        self.merged_from = None;
        self.resolution = None;
    }

    /// Makes it what it was before it ended, to be handled once more by whoever is the right one now.
    pub fn begin_again(&mut self) {
        self.reopen_count += 1;
        // One that ended with its original begins again as an event of its own: its reporter says that it is not over.
        self.leave_original();
        self.self_handled = false;
        self.handler_id = None;
        self.extended_by = None;
    }
}
