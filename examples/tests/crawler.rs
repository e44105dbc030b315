//! Crawls a site of the test, which counts.
#![cfg(unix)]

mod support;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::get;
use rejoin::prelude::*;
use rejoin_examples::server::serve;
use support::program::Program;
use tokio::net::TcpListener;
use tokio::time::sleep;

const LIMIT: Duration = Duration::from_secs(60);

#[derive(Clone, Default)]
struct Site(Arc<Mutex<Counts>>);

#[derive(Default)]
struct Counts {
    loads: BTreeMap<u32, u32>,
    at_once: u32,
    most_at_once: u32,
}

/// Page n links to its children in a binary tree and to page 1; those from 32 on are not there.
#[rejoin::root(cancelled = Err(StatusCode::SERVICE_UNAVAILABLE))]
async fn page(State(site): State<Site>, Path(number): Path<u32>) -> Result<Html<String>, StatusCode> {
    {
        let mut counts = site.0.lock().unwrap();
        *counts.loads.entry(number).or_default() += 1;
        counts.at_once += 1;
        counts.most_at_once = counts.most_at_once.max(counts.at_once);
    }
    defer!({ site.0.lock().unwrap().at_once -= 1 });
    sleep(Duration::from_millis(20)).await;
    if number >= 32 {
        return Err(StatusCode::NOT_FOUND);
    }
    let link = |to: u32| format!(r#"<a href="/{to}">to {to}</a>"#);
    Ok(Html(format!("{} {} {}", link(1), link(2 * number), link(2 * number + 1))))
}

impl Site {
    fn router(&self) -> Router {
        let first = get(async || Html(r#"<a href="/1">begin</a> <a href="https://example.org/">out</a>"#));
        Router::new().route("/", first).route("/{number}", get(page)).with_state(self.clone())
    }
}

#[scoped]
async fn local_port() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("its address");
    (listener, address)
}

fn crawler(site: SocketAddr, limit: &str) -> Program {
    Program::start_with("crawler", &[&site.to_string()], &[("CRAWLER_LIMIT", limit)])
}

#[rejoin::test(limit = LIMIT)]
async fn each_page_once_and_a_few_at_a_time() {
    let site = Site::default();
    let (listener, address) = local_port().await;
    daemon!(serve(listener, site.router()));
    let ended = crawler(address, "60").end().await;

    assert_eq!(ended.code, Some(0), "{:#?}", ended.log);
    let logged = |text: &str| ended.log.iter().any(|line| line == text);
    assert!(logged("/: 1 links") && logged("/15: 3 links"), "{:#?}", ended.log);
    // The first page, and five links away from it.
    assert_eq!(ended.log.len(), 32, "{:#?}", ended.log);
    let counts = site.0.lock().unwrap();
    assert!(counts.loads.len() == 31 && counts.loads.values().all(|count| *count == 1), "{:?}", counts.loads);
    assert!(counts.most_at_once <= 4, "{}", counts.most_at_once);
}

#[rejoin::test(limit = LIMIT)]
async fn when_the_time_is_up_all_visits_stop_and_what_was_found_is_kept() {
    let (listener, address) = local_port().await;
    let slow = get(async || sleep(LIMIT).await);
    let first = get(async || Html(r#"<a href="/slow">slow</a>"#));
    daemon!(serve(listener, Router::new().route("/", first).route("/slow", slow)));
    let ended = crawler(address, "1").end().await;

    assert_eq!(ended.code, Some(1));
    assert_eq!(ended.log, ["/: 1 links"]);
}

#[rejoin::test(limit = LIMIT)]
async fn a_page_that_is_too_slow_or_not_there_is_one_page_of_many() {
    let (listener, address) = local_port().await;
    let slow = get(async || sleep(LIMIT).await);
    let first = get(async || Html(r#"<a href="/slow">slow</a> <a href="/gone">gone</a>"#));
    daemon!(serve(listener, Router::new().route("/", first).route("/slow", slow)));
    let mut ended = crawler(address, "60").end().await;

    assert_eq!(ended.code, Some(0));
    ended.log.sort();
    assert_eq!(ended.log, ["/: 2 links", "/gone: it answered 404 Not Found", "/slow: too slow"]);
}
