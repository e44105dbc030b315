//! Drives the clinic as its clients do: a process of its own, real sockets, real signals.
//!
//! That something has stopped is read from the clinic's log, in which the three services it asks say
//! when they see a connection of theirs closed.
#![cfg(unix)]

mod support;

use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use rejoin::prelude::*;
use support::http::Exchange;
use support::program::Program;

/// More than anything takes that happens at once; less than a slow service, and than the time limit.
const AT_ONCE: Duration = Duration::from_millis(1500);
/// How long each of these tests may take.
const LIMIT: Duration = Duration::from_secs(40);

fn clinic() -> Program {
    Program::start("clinic", &[("CLINIC_ADDR", "127.0.0.1:0")])
}

#[rejoin::test(limit = LIMIT)]
async fn three_answers_make_a_report() {
    let mut clinic = clinic();
    let address = clinic.address().await;
    let answer = Exchange::post(address, "/patients/7/check", "").await.answer().await;

    assert_eq!(answer.status, 200);
    assert_eq!(answer.json["patient"]["name"], "Patient 7");
    assert_eq!(answer.json["drugs"][1], "ramipril");
    assert_eq!(answer.json["warnings"][0]["effect"], "dry cough");
    clinic.logs(&["check of patient 7 done"]).await;
}

#[rejoin::test(limit = LIMIT)]
async fn the_three_are_asked_at_the_same_time() {
    let mut clinic = clinic();
    let address = clinic.address().await;
    let path = "/patients/7/check?info=slow&drugs=slow&events=slow";
    let answer = Exchange::post(address, path, "").await.answer().await;

    // One after the other they would take six seconds, and have three.
    assert_eq!(answer.status, 200);
}

#[rejoin::test(limit = LIMIT)]
async fn old_reports_are_swept_away() {
    let mut clinic = clinic();
    let address = clinic.address().await;
    Exchange::post(address, "/patients/7/check", "").await.answer().await;
    let kept = Exchange::get(address, "/patients/7/check").await.answer().await;
    assert_eq!(kept.status, 200);
    assert_eq!(kept.json["id"], 7);

    clinic.logs(&["reports removed: 1"]).await;
    let gone = Exchange::get(address, "/patients/7/check").await.answer().await;
    assert_eq!(gone.status, 404);
}

#[rejoin::test(limit = LIMIT)]
async fn one_failure_stops_the_others_at_once() {
    let mut clinic = clinic();
    let address = clinic.address().await;
    let begin = Instant::now();
    let path = "/patients/8/check?info=slow&drugs=hang&events=fail";
    let answer = Exchange::post(address, path, "").await.answer().await;

    assert_eq!(answer.status, 502);
    assert_eq!(answer.json["error"], "events failed");
    clinic
        .logs(&[
            "check of patient 8 failed: events: it answered 500",
            "info: patient 8: connection closed",
            "drugs: patient 8: connection closed",
        ])
        .await;
    assert!(begin.elapsed() < AT_ONCE, "took {:?}", begin.elapsed());
}

#[rejoin::test(limit = LIMIT)]
async fn a_service_that_hangs_uses_up_the_time() {
    let mut clinic = clinic();
    let address = clinic.address().await;
    let begin = Instant::now();
    let answer = Exchange::post(address, "/patients/9/check?drugs=hang", "").await.answer().await;
    let took = begin.elapsed();

    assert_eq!(answer.status, 504);
    assert!(took > Duration::from_millis(2900) && took < Duration::from_secs(4), "took {took:?}");
    clinic.logs(&["drugs: patient 9: connection closed"]).await;
}

#[rejoin::test(limit = LIMIT)]
async fn a_client_that_leaves_stops_its_request() {
    let mut clinic = clinic();
    let address = clinic.address().await;
    // A body that nobody needs and that is read in more than one piece: a server that has not read all
    // of it does not see its client leave.
    let body = "-".repeat(1 << 20);
    let exchange = Exchange::post(address, "/patients/10/check?info=hang&drugs=hang", &body).await;
    clinic.logs(&["info: patient 10: asked", "drugs: patient 10: asked"]).await;

    let begin = Instant::now();
    drop(exchange);
    clinic
        .logs(&[
            "check of patient 10 stopped",
            "info: patient 10: connection closed",
            "drugs: patient 10: connection closed",
        ])
        .await;
    assert!(begin.elapsed() < AT_ONCE, "took {:?}", begin.elapsed());

    // It was one request of many: the clinic goes on.
    let next = Exchange::post(address, "/patients/11/check", "").await.answer().await;
    assert_eq!(next.status, 200);
}

#[rejoin::test(limit = LIMIT)]
async fn a_panic_ends_its_own_connection_alone() {
    let mut clinic = clinic();
    let address = clinic.address().await;
    let answer = Exchange::post(address, "/patients/13/check?drugs=crash", "").await.answer().await;
    assert_eq!(answer.status, 502);
    assert_eq!(answer.json["error"], "drugs failed");
    clinic.logs(&["panicked: drugs has a bug"]).await;

    let next = Exchange::post(address, "/patients/13/check", "").await.answer().await;
    assert_eq!(next.status, 200);
}

#[rejoin::test(limit = LIMIT)]
async fn sigterm_stops_requests_and_waits_for_their_clean_up() {
    stops_cleanly(Signal::SIGTERM, 143).await;
}

#[rejoin::test(limit = LIMIT)]
async fn ctrl_c_stops_requests_and_waits_for_their_clean_up() {
    stops_cleanly(Signal::SIGINT, 130).await;
}

#[scoped]
async fn stops_cleanly(signal: Signal, code: i32) {
    let mut clinic = clinic();
    let address = clinic.address().await;
    let exchange = Exchange::post(address, "/patients/12/check?events=hang", "").await;
    clinic.logs(&["events: patient 12: asked"]).await;

    let begin = Instant::now();
    clinic.signal(signal);
    let ended = clinic.end().await;
    assert!(begin.elapsed() < AT_ONCE, "took {:?}", begin.elapsed());

    assert_eq!(ended.code, Some(code));
    let logged = |text: &str| ended.log.iter().any(|line| line.contains(text));
    assert!(logged("check of patient 12 stopped"), "{:#?}", ended.log);
    assert!(logged("events: patient 12: connection closed"), "{:#?}", ended.log);
    assert_eq!(ended.log.last().map(String::as_str), Some("clinic: stopped"));
    // A request that is being answered at that moment says why; any other is cut.
    let rest = exchange.rest().await;
    assert!(rest.is_empty() || rest.starts_with("HTTP/1.1 503"), "{rest:?}");
}
