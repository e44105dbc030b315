//! Plays the broker of the consumer.
#![cfg(unix)]

mod support;

use std::time::Duration;

use nix::sys::signal::Signal;
use rejoin::prelude::*;
use support::line::Line;
use support::program::Program;
use tokio::net::TcpListener;

const LIMIT: Duration = Duration::from_secs(60);

/// A consumer, and its line.
#[scoped]
async fn consumer() -> (Program, Line) {
    let broker = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = broker.local_addr().expect("its address").to_string();
    let program = Program::start("consumer", &[("CONSUMER_BROKER", &address)]);
    let (stream, _) = broker.accept().await.expect("the consumer comes");
    (program, Line::on(stream))
}

/// What is committed until the consumer hangs up.
#[scoped]
async fn commits(line: &mut Line) -> Vec<String> {
    let mut commits = Vec::new();
    while let Some(number) = line.hear().await {
        commits.push(number);
    }
    commits
}

fn numbers(range: std::ops::Range<u32>) -> Vec<String> {
    range.map(|number| number.to_string()).collect()
}

fn handled(log: &[String]) -> Vec<String> {
    log.iter().filter_map(|line| line.strip_prefix("consumer: handled ")).map(String::from).collect()
}

#[rejoin::test(limit = LIMIT)]
async fn messages_are_handled_at_the_same_time_and_committed_in_order() {
    let (program, mut line) = consumer().await;
    for number in 0..12 {
        let text = if number % 4 == 0 { "difficult" } else { "easy" };
        line.say(&format!("{number} {text}")).await;
    }
    line.end().await;
    assert_eq!(commits(&mut line).await, numbers(0..12));
    let ended = program.end().await;
    assert_eq!(ended.code, Some(0));
    // The difficult ones were handled after easy ones that came later.
    let mut handled = handled(&ended.log);
    assert_ne!(handled, numbers(0..12));
    handled.sort_by_key(|number| number.parse::<u32>().ok());
    assert_eq!(handled, numbers(0..12));
}

#[rejoin::test(limit = LIMIT)]
async fn a_consumer_that_is_stopped_commits_what_it_has_in_hand() {
    let (mut program, mut line) = consumer().await;
    for number in 0..100 {
        line.say(&format!("{number} difficult")).await;
    }
    program.logs(&["consumer: handled 0"]).await;
    program.signal(Signal::SIGTERM);
    let commits = commits(&mut line).await;
    let ended = program.end().await;

    assert_eq!(ended.code, Some(0), "{:#?}", ended.log);
    assert_eq!(ended.log.last().map(String::as_str), Some("consumer: stopped"));
    // None is lost, and none is handled in vain.
    let count = u32::try_from(commits.len()).expect("not many");
    assert!((4..100).contains(&count), "{count}");
    assert_eq!(commits, numbers(0..count));
    assert_eq!(handled(&ended.log).len(), commits.len());
}

#[rejoin::test(limit = LIMIT)]
async fn nothing_is_committed_from_a_message_on_that_cannot_be_handled() {
    let (program, mut line) = consumer().await;
    for number in 0..20 {
        line.say(&format!("{number} {}", if number == 9 { "poison" } else { "easy" })).await;
    }
    // There could be more: it is not the end of the source that ends it.
    let commits = commits(&mut line).await;
    assert!(commits.len() <= 9, "{commits:?}");
    assert_eq!(commits, numbers(0..u32::try_from(commits.len()).expect("not many")));
    assert_eq!(program.end().await.code, Some(1));
}

#[rejoin::test(limit = LIMIT)]
async fn it_brings_a_broker_of_its_own() {
    let ended = Program::start("consumer", &[]).end().await;
    assert_eq!(ended.code, Some(0));
    let committed: Vec<String> = ended
        .log
        .iter()
        .filter_map(|line| line.strip_prefix("broker: ")?.strip_suffix(" is committed"))
        .map(String::from)
        .collect();
    assert_eq!(committed, numbers(0..30));
}
