//! Gives the workers more than they can do.
#![cfg(unix)]

mod support;

use std::time::Duration;

use nix::sys::signal::Signal;
use support::line::Line;
use support::program::Program;

const LIMIT: Duration = Duration::from_secs(60);
/// A job that takes long beside what it takes to ask for it, also on a fast machine.
const LONG: &str = "500000";

fn workers() -> Program {
    Program::start("workers", &[("WORKERS_ADDR", "127.0.0.1:0")])
}

#[rejoin::test(limit = LIMIT)]
async fn who_comes_when_all_are_busy_hears_so_at_once() {
    let mut program = workers();
    let workers = program.address().await;
    let (mut ann, mut bob) = (Line::connect(workers).await, Line::connect(workers).await);
    assert_eq!(ann.ask(LONG).await, "taken");
    assert_eq!(bob.ask(LONG).await, "taken");
    assert_eq!(bob.ask("100").await, "busy");
    assert_eq!(ann.ask("a lot").await, "not a number");

    program.logs(&["41538 primes below 500000"]).await;
    // A worker that says so is done in the next moment.
    while ann.ask("100").await == "busy" {}
    program.logs(&["25 primes below 100"]).await;
}

#[rejoin::test(limit = LIMIT)]
async fn what_was_taken_is_done_before_the_program_ends() {
    let mut program = workers();
    let workers = program.address().await;
    let (mut ann, mut bob) = (Line::connect(workers).await, Line::connect(workers).await);
    assert_eq!(ann.ask(LONG).await, "taken");
    assert_eq!(bob.ask(LONG).await, "taken");
    // A client may go; its job is the pool's.
    drop(bob);

    program.signal(Signal::SIGTERM);
    assert_eq!(ann.hear().await, None);
    let ended = program.end().await;
    assert_eq!(ended.code, Some(0), "{:#?}", ended.log);
    let done = ended.log.iter().filter(|line| line.contains("primes below 500000")).count();
    assert_eq!(done, 2, "{:#?}", ended.log);
    assert_eq!(ended.log.last().map(String::as_str), Some("workers: all done"));
}
