//! The server for this machine alone.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use rejoin::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[scoped]
async fn get(server: SocketAddr, host: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(server).await.expect("it accepts");
    let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("it answers");
    answer
}

async fn listener() -> TcpListener {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port is free")
}

#[scoped]
async fn page_and_dump() -> std::io::Result<(String, String)> {
    let listener = listener().await;
    let address = listener.local_addr()?;
    daemon!(rejoin::inspect::serve_on(listener)?);
    let host = address.to_string();
    Ok((get(address, &host, "/").await, get(address, "localhost", "/tasks.txt").await))
}

#[rejoin::test(limit = Duration::from_secs(60))]
async fn a_daemon_answers_as_long_as_there_is_something_below_it() {
    let (page, dump) = page_and_dump().await.expect("it serves");
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
    assert!(page.contains("default-src 'none'"), "{page}");
    assert!(dump.starts_with("HTTP/1.1 200 OK\r\n"), "{dump}");
    assert!(dump.contains("scope \"rejoin::inspect\""), "its own work has a name: {dump}");
}

#[scoped]
async fn asked_by(name: &str) -> std::io::Result<String> {
    let listener = listener().await;
    let address = listener.local_addr()?;
    daemon!(rejoin::inspect::serve_on(listener)?);
    Ok(get(address, name, "/tasks.json").await)
}

#[rejoin::test(limit = Duration::from_secs(60))]
async fn a_name_that_somebody_else_gave_to_this_machine_is_refused() {
    let answer = asked_by("tasks.example").await.expect("it serves");
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    assert!(!answer.contains("entries"), "{answer}");
}

#[rejoin::test]
async fn an_address_that_others_reach_is_refused() {
    let error = rejoin::inspect::serve((Ipv4Addr::UNSPECIFIED, 0)).await.expect_err("it is refused");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("rejoin::inspect::router()"), "{error}");

    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).await.expect("a port is free");
    let error = rejoin::inspect::serve_on(listener).await.expect_err("it is refused");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[rejoin::test]
async fn an_address_that_is_taken_is_an_error() {
    let listener = listener().await;
    let address = listener.local_addr().expect("it listens");
    let error = rejoin::inspect::serve(address).await.expect_err("it is taken");
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
}

#[scoped]
async fn left_while_connected() -> TcpStream {
    let listener = listener().await;
    let address = listener.local_addr().expect("it listens");
    let serving = spawn!(rejoin::inspect::serve_on(listener));
    let mut client = TcpStream::connect(address).await.expect("it accepts");
    client.write_all(b"GET /tasks.txt HTTP/1.1\r\nhost: localhost\r\n\r\n").await.expect("it reads");
    client.readable().await.expect("it answers");
    serving.cancel();
    client
}

#[rejoin::test(limit = Duration::from_secs(60))]
async fn cancelled_it_closes_its_connections() {
    let mut client = left_while_connected().await;
    let mut rest = Vec::new();
    // Closed or reset: it ends.
    let _ = client.read_to_end(&mut rest).await;
}
