//! `docs/procedures.md`: printed from the code, and read back by the walk.

use std::fmt::Write;

use wangge::platform::access::Role;

use super::machines::{Machine, machines};
use crate::house::printed::same_as_printed;

const PAGE: &str = "docs/procedures.md";

/// What the page says of a step.
pub struct Printed {
    pub step: String,
    /// `METHOD /path`.
    pub operation: String,
    /// The states in which it can be taken.
    pub from: Vec<String>,
    /// The words of the roles that may.
    pub roles: Vec<String>,
}

fn section(page: &mut String, machine: &Machine) {
    let Machine { name, label, states, steps } = machine;
    let triples = states.len() * steps.len() * Role::ALL.len();
    let open: usize = steps.iter().map(|step| step.ways.len() * step.needs.roles.len()).sum();
    writeln!(
        page,
        "\n## {name} {label}\n\n{} states × {} steps × {} roles = {triples}; {open} of them may lead on.\n",
        states.len(),
        steps.len(),
        Role::ALL.len()
    )
    .unwrap();
    page.push_str("| state | 状态 | phase |\n|---|---|---|\n");
    for state in states {
        let phase = state.phase.map_or("", |phase| phase.as_str());
        writeln!(page, "| `{}` | {} | {phase} |", state.word, state.label).unwrap();
    }
    page.push_str("\n| step | 办理 | request | from → to | who may |\n|---|---|---|---|---|\n");
    for step in steps {
        let ways: Vec<_> = step.ways.iter().map(|(from, to)| format!("`{from}` → {to}")).collect();
        let roles: Vec<_> = step.needs.roles.iter().map(|role| format!("`{role}`")).collect();
        let (word, label, operation) = (step.word, step.label, &step.operation);
        let (ways, roles) = (ways.join("<br>"), roles.join(" "));
        writeln!(page, "| `{word}` | {label} | `{operation}` | {ways} | {roles} |").unwrap();
    }
}

#[test]
fn the_page_is_printed_from_the_code() {
    let mut page = String::from(
        "# Procedures\n\nPrinted from the machines of the program: `make docs`. A step from a state that its row does not name is \
         answered 409 `step_not_allowed`, a role that it does not name 403 `forbidden`. What else a step asks for — who took \
         the step before, what must be on file, what a law demands — its own answer says, and the `actions` of a record say it \
         before. `cargo test procedures` asks the program for every triple of state, step and role, and compares with this page.\n",
    );
    for machine in machines() {
        section(&mut page, &machine);
    }
    same_as_printed(PAGE, &page);
}

/// What the page says of the steps of `machine`.
pub fn printed(machine: &str) -> Vec<Printed> {
    let page = std::fs::read_to_string(PAGE).unwrap();
    let section = page.split("\n## ").find(|section| section.starts_with(&format!("{machine} "))).unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `")).map(|line| line.split('|').collect());
    rows.filter(|cells: &Vec<&str>| cells.len() == 7).map(|cells| row(&cells)).collect()
}

fn row(cells: &[&str]) -> Printed {
    let marked =
        |cell: &str| -> Vec<String> { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    Printed {
        step: marked(cells[1]).remove(0),
        operation: marked(cells[3]).remove(0),
        from: marked(cells[4]),
        roles: marked(cells[5]),
    }
}
