//! The machines of the program, as rows of words.

use wangge::features::cases::Phase;
use wangge::features::disputes::{DisputeState, DisputeStep};
use wangge::features::events::{EventState, EventStep, Next};
use wangge::features::fraud::{LeadState, LeadStep};
use wangge::features::hazards::{HazardState, HazardStep};
use wangge::features::notices::{NoticeState, NoticeStep};
use wangge::platform::access::policy::Row;

/// A procedure.
pub struct Machine {
    /// As in addresses: `/api/v1/{name}/{id}`.
    pub name: &'static str,
    pub label: &'static str,
    pub states: Vec<State>,
    pub steps: Vec<Step>,
}

pub struct State {
    pub word: &'static str,
    pub label: &'static str,
    pub phase: Option<Phase>,
}

pub struct Step {
    pub word: &'static str,
    pub label: &'static str,
    pub needs: &'static Row,
    /// `POST /api/v1/events/{id}/acceptance`.
    pub operation: String,
    /// From which state into which.
    pub ways: Vec<(&'static str, &'static str)>,
}

/// Asks each pair of state and step of a machine.
macro_rules! ways {
    ($state:ident, $step:expr, $to:expr) => {
        $state::ALL.iter().filter_map(|from| Some((from.as_str(), $to(from.after($step).ok()?)))).collect()
    };
}

macro_rules! states {
    ($state:ident, $phase:expr) => {
        $state::ALL
            .iter()
            .map(|state| State { word: state.as_str(), label: state.label(), phase: $phase(state) })
            .collect()
    };
}

fn posted(machine: &str, noun: &str) -> String {
    format!("POST /api/v1/{machine}/{{id}}/{noun}")
}

/// All of them, in the order of the document.
pub fn machines() -> Vec<Machine> {
    vec![hazards(), disputes(), events(), notices(), leads()]
}

fn hazards() -> Machine {
    let step = |step: &HazardStep| Step {
        word: step.as_str(),
        label: step.label(),
        needs: step.needs(),
        operation: posted("hazards", step.noun()),
        ways: ways!(HazardState, *step, |to: HazardState| to.as_str()),
    };
    let states = states!(HazardState, |state: &HazardState| Some(state.phase()));
    Machine {
        name: "hazards", label: "安全隐患", states, steps: HazardStep::ALL.iter().map(step).collect()
    }
}

fn events() -> Machine {
    let to = |next: Next| match next {
        Next::To(state) => state.as_str(),
        Next::Resumed | Next::Unmerged => "where it was",
        Next::Merged => "duplicate, or closed with its original",
        Next::Again => "dispatched, or accepted",
    };
    let step = |step: &EventStep| Step {
        word: step.as_str(),
        label: step.label(),
        needs: step.needs(),
        operation: posted("events", step.noun()),
        ways: ways!(EventState, *step, to),
    };
    let states = states!(EventState, |state: &EventState| Some(state.phase()));
    Machine {
        name: "events", label: "网格事件", states, steps: EventStep::ALL.iter().map(step).collect()
    }
}

fn disputes() -> Machine {
    let step = |step: &DisputeStep| Step {
        word: step.as_str(),
        label: step.label(),
        needs: step.needs(),
        operation: posted("disputes", step.noun()),
        ways: ways!(DisputeState, *step, |to: DisputeState| to.as_str()),
    };
    let states = states!(DisputeState, |state: &DisputeState| Some(state.phase()));
    Machine {
        name: "disputes",
        label: "矛盾纠纷",
        states,
        steps: DisputeStep::ALL.iter().map(step).collect(),
    }
}

fn notices() -> Machine {
    let step = |step: &NoticeStep| Step {
        word: step.as_str(),
        label: step.label(),
        needs: step.needs(),
        operation: step.noun().map_or("PUT /api/v1/notices/{id}".to_owned(), |noun| posted("notices", noun)),
        ways: ways!(NoticeState, *step, |to: NoticeState| to.as_str()),
    };
    let states = states!(NoticeState, |_| None);
    Machine { name: "notices", label: "通知", states, steps: NoticeStep::ALL.iter().map(step).collect() }
}

fn leads() -> Machine {
    let step = |step: &LeadStep| Step {
        word: step.as_str(),
        label: step.label(),
        needs: step.needs(),
        operation: posted("fraud_leads", step.noun()),
        ways: ways!(LeadState, *step, |to: LeadState| to.as_str()),
    };
    let states = states!(LeadState, |_| None);
    Machine {
        name: "fraud_leads",
        label: "涉诈线索",
        states,
        steps: LeadStep::ALL.iter().map(step).collect(),
    }
}
