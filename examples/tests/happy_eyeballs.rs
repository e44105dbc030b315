//! Connects where some addresses refuse and others do not answer.
#![cfg(unix)]

mod support;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rejoin::prelude::*;
use support::program::{Ended, Program};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;

const LIMIT: Duration = Duration::from_secs(60);
/// Longer than a test waits: in it the next address is tried at once or not at all.
const NEVER: &str = "3600000";

/// `head_start` is in milliseconds.
#[scoped]
async fn connect(addresses: &[SocketAddr], head_start: &str) -> Ended {
    let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    Program::start_with("happy_eyeballs", &addresses, &[("HEAD_START", head_start)]).end().await
}

#[scoped]
async fn answering() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("its address");
    (listener, address)
}

/// An address where nobody listens any more.
#[scoped]
async fn refusing() -> SocketAddr {
    answering().await.1
}

/// A listener with a queue that is full and that nobody takes anything from. The system then drops the
/// packets of those who want to connect, as a firewall does.
struct Silent {
    _listener: TcpListener,
    _queued: Vec<TcpStream>,
    address: SocketAddr,
}

#[scoped]
async fn silent() -> Silent {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(([127, 0, 0, 1], 0).into()).expect("a free port");
    let listener = socket.listen(0).expect("it listens");
    let address = listener.local_addr().expect("its address");
    let mut queued = Vec::new();
    while let Ok(stream) = timeout(Duration::from_millis(500), TcpStream::connect(address)).await {
        queued.push(stream.expect("it is accepted or nothing happens"));
    }
    Silent { _listener: listener, _queued: queued, address }
}

fn connected_to(ended: &Ended, address: SocketAddr) -> bool {
    ended.code == Some(0)
        && ended.log.iter().any(|line| line.starts_with(&format!("connected to {address} ")))
}

#[rejoin::test(limit = LIMIT)]
async fn the_first_address_is_good() {
    let (_first, first) = answering().await;
    let (second_door, second) = answering().await;
    let ended = connect(&[first, second], NEVER).await;
    assert!(connected_to(&ended, first), "{:?}", ended.log);
    // The second one was not even tried.
    assert!(timeout(Duration::from_millis(100), second_door.accept()).await.is_err());
}

#[rejoin::test(limit = LIMIT)]
async fn after_one_that_refuses_the_next_is_tried_at_once() {
    let (_door, good) = answering().await;
    let ended = connect(&[refusing().await, refusing().await, good], NEVER).await;
    assert!(connected_to(&ended, good), "{:?}", ended.log);
}

#[rejoin::test(limit = LIMIT)]
async fn beside_one_that_is_silent_the_next_is_tried_after_a_moment() {
    let silent = silent().await;
    let (_door, good) = answering().await;
    let begin = Instant::now();
    let ended = connect(&[silent.address, good], "300").await;
    assert!(connected_to(&ended, good), "{:?}", ended.log);
    assert!(begin.elapsed() >= Duration::from_millis(300), "took {:?}", begin.elapsed());
}

#[rejoin::test(limit = LIMIT)]
async fn the_last_error_is_that_of_all() {
    let ended = connect(&[refusing().await, refusing().await], NEVER).await;
    assert_eq!(ended.code, Some(1));
    assert!(ended.log.is_empty(), "{:?}", ended.log);
}
