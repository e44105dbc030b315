//! Buys seats of the box office over real sockets.
#![cfg(unix)]

mod support;

use std::time::Duration;

use nix::sys::signal::Signal;
use rejoin::prelude::*;
use support::line::Line;
use support::program::Program;

const LIMIT: Duration = Duration::from_secs(40);

fn box_office() -> Program {
    Program::start("actor", &[("ACTOR_ADDR", "127.0.0.1:0")])
}

#[rejoin::test(limit = LIMIT)]
async fn seats_are_held_bought_and_given_back() {
    let mut program = box_office();
    let office = program.address().await;
    let (mut ann, mut bob) = (Line::connect(office).await, Line::connect(office).await);
    assert_eq!(ann.ask("hold 3").await, "you hold 3");
    assert_eq!(bob.ask("left").await, "97 left");
    assert_eq!(bob.ask("hold 98").await, "there are only 97 seats left");
    assert_eq!(bob.ask("hold 7").await, "you hold 7");
    assert_eq!(ann.ask("buy").await, "you bought 3");
    assert_eq!(ann.ask("left").await, "90 left");

    // Bob leaves without paying, and so without being asked.
    drop(bob);
    let mut left = ann.ask("left").await;
    while left == "90 left" {
        left = ann.ask("left").await;
    }
    assert_eq!(left, "97 left");
}

#[rejoin::test(limit = LIMIT)]
async fn many_at_once_cannot_have_more_than_there_is() {
    let mut program = box_office();
    let office = program.address().await;
    let crowd = task_group!();
    for _ in 0..30 {
        crowd.spawn(async move {
            let mut line = Line::connect(office).await;
            let held = line.ask("hold 7").await == "you hold 7";
            (held, line)
        });
    }
    let lines = crowd.join_all().await;
    assert_eq!(lines.iter().filter(|(held, _)| *held).count(), 14);
}

#[rejoin::test(limit = LIMIT)]
async fn what_is_held_is_given_back_before_the_actor_ends() {
    let mut program = box_office();
    let office = program.address().await;
    let (mut ann, mut bob) = (Line::connect(office).await, Line::connect(office).await);
    ann.ask("hold 3").await;
    ann.ask("buy").await;
    ann.ask("hold 4").await;
    bob.ask("hold 20").await;

    program.signal(Signal::SIGTERM);
    let ended = program.end().await;
    assert_eq!(ended.code, Some(143));
    assert_eq!(ended.log.last().map(String::as_str), Some("actor: closed, 3 seats sold, 97 free"));
}
