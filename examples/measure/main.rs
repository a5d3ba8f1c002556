//! What measures the product and drills it: one program, because linking each of these alone takes minutes. The scripts in
//! `benches/` call it.

mod drill;
mod fanout;
mod map;
mod outage;
mod publish;
mod search;
mod town;

use clap::Parser;

/// Why a measurement ends early, or what it found wrong.
type Failure = Box<dyn std::error::Error>;

#[derive(Parser)]
enum Tool {
    /// Fills an empty town for measuring, or signs its people in anew.
    Town(town::Line),
    /// Looks a million points up on a map of 600 grids.
    Map(map::Line),
    /// Asks for first pages of searches over 200,000 cases.
    Search(search::Line),
    /// Publishes notices to a town and to a municipality.
    Publish(publish::Line),
    /// A red notice while the gateway makes faults and the server is killed.
    Fanout(fanout::Line),
    /// Reports and reading while the gateway is out, hangs, and is back.
    Outage(outage::Line),
}

fn main() -> Result<(), Failure> {
    match Tool::parse() {
        Tool::Town(line) => town::run(line),
        Tool::Map(line) => map::run(&line),
        Tool::Search(line) => search::run(&line),
        Tool::Publish(line) => publish::run(&line),
        Tool::Fanout(line) => fanout::run(&line),
        Tool::Outage(line) => outage::run(&line),
    }
}
