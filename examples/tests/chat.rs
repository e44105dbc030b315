//! Chats over real sockets.
#![cfg(unix)]

mod support;

use std::net::SocketAddr;
use std::time::Duration;

use nix::sys::signal::Signal;
use rejoin::prelude::*;
use support::line::Line;
use support::program::Program;

const LIMIT: Duration = Duration::from_secs(40);

/// `patience` is in seconds.
fn chat(patience: &str) -> Program {
    Program::start("chat", &[("CHAT_ADDR", "127.0.0.1:0"), ("CHAT_PATIENCE", patience)])
}

/// A member that is in.
#[scoped]
async fn enter(chat: SocketAddr, name: &str) -> Line {
    let mut line = Line::connect(chat).await;
    assert_eq!(line.hear().await.as_deref(), Some("chat: who are you?"));
    line.say(name).await;
    assert_eq!(line.hear().await, Some(format!("chat: welcome, {name}")));
    line
}

#[scoped]
async fn expect(line: &mut Line, text: &str) {
    assert_eq!(line.hear().await.as_deref(), Some(text));
}

#[rejoin::test(limit = LIMIT)]
async fn what_one_says_all_others_hear() {
    let mut program = chat("300");
    let chat = program.address().await;
    let mut ann = enter(chat, "ann").await;
    let mut twin = Line::connect(chat).await;
    expect(&mut twin, "chat: who are you?").await;
    twin.say("ann").await;
    expect(&mut twin, "chat: somebody here is called ann").await;
    assert_eq!(twin.hear().await, None);

    let mut bob = enter(chat, "bob").await;
    expect(&mut ann, "bob: (comes in)").await;
    let mut cleo = enter(chat, "cleo").await;
    expect(&mut ann, "cleo: (comes in)").await;
    expect(&mut bob, "cleo: (comes in)").await;
    ann.say("good morning").await;
    expect(&mut bob, "ann: good morning").await;
    expect(&mut cleo, "ann: good morning").await;

    drop(bob);
    expect(&mut ann, "bob: (leaves)").await;
    expect(&mut cleo, "bob: (leaves)").await;
    cleo.end().await;
    expect(&mut ann, "cleo: (leaves)").await;
    expect(&mut cleo, "chat: goodbye").await;
    assert_eq!(cleo.hear().await, None);
}

#[rejoin::test(limit = LIMIT)]
async fn who_is_silent_is_shown_out() {
    let mut program = chat("1");
    let chat = program.address().await;
    let mut shy = Line::connect(chat).await;
    expect(&mut shy, "chat: who are you?").await;
    let mut sleepy = enter(chat, "sleepy").await;
    expect(&mut shy, "chat: you fell asleep").await;
    assert_eq!(shy.hear().await, None);
    expect(&mut sleepy, "chat: you fell asleep").await;
    assert_eq!(sleepy.hear().await, None);
}

#[rejoin::test(limit = LIMIT)]
async fn a_line_without_an_end_is_not_kept_in_memory() {
    let mut program = chat("300");
    let chat = program.address().await;
    let mut line = Line::connect(chat).await;
    expect(&mut line, "chat: who are you?").await;
    line.say(&"x".repeat(5000)).await;
    expect(&mut line, "chat: max line length exceeded").await;
    // Not `None`: it has not read all that was sent, and so the connection may be reset.
}

#[rejoin::test(limit = LIMIT)]
async fn all_are_told_when_the_chat_closes() {
    let mut program = chat("300");
    let chat = program.address().await;
    let mut ann = enter(chat, "ann").await;
    let mut bob = Line::connect(chat).await;
    expect(&mut bob, "chat: who are you?").await;
    let mut cleo = enter(chat, "cleo").await;
    expect(&mut ann, "cleo: (comes in)").await;

    program.signal(Signal::SIGINT);
    for member in [&mut ann, &mut bob, &mut cleo] {
        // The others leave before.
        while let Some(said) = member.hear().await {
            if said == "chat: the chat closes" {
                assert_eq!(member.hear().await, None);
                break;
            }
            assert!(said.ends_with("(leaves)"), "{said}");
        }
    }
    let ended = program.end().await;
    assert_eq!(ended.code, Some(130));
    assert_eq!(ended.log.last().map(String::as_str), Some("chat: closed, 0 here"));
}
