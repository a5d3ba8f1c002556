//! The walk: the program is asked for every triple of state, step and role.

use actix_web::http::Method;
use actix_web::test::TestRequest;

use super::bodies::body;
use super::machines::{Machine, machines};
use super::page::{Printed, printed};
use super::records::Maker;
use crate::contract::places::{Caller, callers};
use crate::town::{Answer, EAST, Town};

/// What the page says of a triple.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// The role may not, whatever the state.
    Forbidden,
    /// The role may, and the state does not allow it.
    Refused,
    /// Nothing on the page is against it; a guard may be.
    Open,
}

fn says(step: &Printed, state: &str, role: &str) -> Says {
    match (step.roles.iter().any(|may| may == role), step.from.iter().any(|from| from == state)) {
        (false, _) => Says::Forbidden,
        (true, false) => Says::Refused,
        (true, true) => Says::Open,
    }
}

/// What the program said.
fn answered(machine: &Machine, state: &str, step: &str, answer: &Answer) -> Result<Says, String> {
    let state = machine.states.iter().find(|known| known.word == state).unwrap().label;
    let step = machine.steps.iter().find(|known| known.word == step).unwrap().label;
    let detail = answer.body["detail"].as_str().unwrap_or_default();
    match answer.told() {
        // Who else may be kept from it, such as all but the reporter, is told otherwise.
        (403, "forbidden") if detail.starts_with("您的岗位没有") => Ok(Says::Forbidden),
        // A step may also be refused because there is no occasion for it in a state that allows it.
        (409, "step_not_allowed") if detail.ends_with(&format!("现为“{state}”,不能办理“{step}”")) => {
            Ok(Says::Refused)
        }
        (200 | 201 | 409 | 422 | 403, _) => Ok(Says::Open),
        _ => Err(format!("{answer:?}")),
    }
}

async fn walk(machine: &Machine) -> usize {
    let town = Town::new();
    let own = town.resident(EAST);
    let callers = callers(&town, own.clone());
    let maker = Maker { machine, town: &town, own: &own, callers: &callers };
    let steps = printed(machine.name);
    // One record of each state for all who are refused, and one of their own for those who may go on with it.
    let shared: Vec<_> =
        machine.states.iter().map(|state| (maker.reporter("resident"), state.word)).collect();
    let shared = maker.make(&shared).await;
    let mut triples = Vec::new();
    for (state, record) in machine.states.iter().zip(&shared) {
        for step in &steps {
            for caller in &callers {
                triples.push((state.word, step, caller, record.clone()));
            }
        }
    }
    let open = |(state, step, caller, _): &(&str, &Printed, &Caller, String)| {
        says(step, state, caller.role.as_str()) == Says::Open
    };
    let apart: Vec<_> = triples.iter_mut().filter(|triple| open(triple)).collect();
    let wanted: Vec<_> =
        apart.iter().map(|(state, _, who, _)| (maker.reporter(who.role.as_str()), *state)).collect();
    for (triple, id) in apart.into_iter().zip(maker.make(&wanted).await) {
        triple.3 = id;
    }
    let asked = triples.iter().map(|(_, step, caller, id)| {
        let (method, path) = step.operation.split_once(' ').unwrap();
        let request = TestRequest::default().method(method.parse::<Method>().unwrap());
        let request = caller.person.signs(request, &path.replace("{id}", id));
        request.insert_header(("If-Match", "\"1\"")).set_json(body(step, id))
    });
    let answers = town.ask_all(asked.collect()).await;
    let mut wrong = Vec::new();
    for ((state, step, caller, _), answer) in triples.iter().zip(answers) {
        let (expected, role) = (says(step, state, caller.role.as_str()), caller.role);
        let told = answered(machine, state, &step.step, &answer);
        if told.as_ref() != Ok(&expected) {
            wrong.push(format!(
                "{state}, {}, {role}: the page says {expected:?}, the program {told:?}",
                step.step
            ));
        }
    }
    let (n, name) = (triples.len(), machine.name);
    assert!(wrong.is_empty(), "{name}, {} of {n} triples:\n{}", wrong.len(), wrong.join("\n"));
    n
}

#[actix_web::test]
async fn every_state_step_and_role_is_answered_as_the_page_says() {
    let mut all = 0;
    for machine in machines() {
        let n = walk(&machine).await;
        println!("{}: {n} triples of state, step and role", machine.name);
        all += n;
    }
    println!("{all} triples in all, as docs/procedures.md has them");
}
