//! Drives the clinic as its clients do: a process of its own, real sockets, real signals.
//!
//! That something has stopped is read from the clinic's log, in which the three services it asks say
//! when they see a connection of theirs closed.
#![cfg(unix)]

mod support;

use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use rejoin::prelude::*;
use serde_json::{Value, json};
use support::http::Exchange;
use support::program::{PATIENCE, Program};
use tokio::net::TcpStream;

/// More than anything takes that happens at once; less than a slow service, and than the time limit.
const AT_ONCE: Duration = Duration::from_millis(1500);
/// How long each of these tests may take.
const LIMIT: Duration = Duration::from_secs(100);

fn clinic() -> Program {
    Program::start("clinic", &[("CLINIC_ADDR", "127.0.0.1:0"), ("CLINIC_TASKS_ADDR", "127.0.0.1:0")])
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

/// Waits until the client of a questionnaire is served, leaves, and sees that the work for it stops.
#[scoped]
async fn leaves_a_questionnaire(after_head: &str) {
    let mut clinic = clinic();
    let address = clinic.address().await;
    let head = "POST /patients/20/questionnaire?info=hang HTTP/1.1\r\nhost: clinic\r\n";
    let exchange = Exchange::send(address, &format!("{head}{after_head}")).await;
    clinic.logs(&["questionnaire of patient 20 begun", "info: patient 20: asked"]).await;

    let begin = Instant::now();
    drop(exchange);
    clinic.logs(&["questionnaire of patient 20 given up", "info: patient 20: connection closed"]).await;
    // Before the service would have been given up by itself.
    assert!(begin.elapsed() < PATIENCE, "took {:?}", begin.elapsed());
    let next = Exchange::get(address, "/health").await.answer().await;
    assert_eq!(next.status, 200);
}

#[rejoin::test(limit = LIMIT)]
async fn a_client_that_leaves_is_seen_while_its_body_is_not_read() {
    // More than is read together with the head.
    let body = "1\n".repeat(16_000);
    leaves_a_questionnaire(&format!("content-length: {}\r\n\r\n{body}", body.len())).await;
}

#[rejoin::test(limit = LIMIT)]
async fn a_client_that_leaves_is_seen_while_its_body_is_not_complete() {
    leaves_a_questionnaire("content-length: 6000\r\n\r\n1\n2\n3\n").await;
}

#[rejoin::test(limit = LIMIT)]
async fn a_client_that_leaves_is_seen_behind_the_next_request() {
    leaves_a_questionnaire("content-length: 0\r\n\r\nGET /health HTTP/1.1\r\nhost: clinic\r\n\r\n").await;
}

#[rejoin::test(limit = LIMIT)]
async fn a_questionnaire_is_assessed_while_it_arrives() {
    let mut clinic = clinic();
    let address = clinic.address().await;
    let good = Exchange::post(address, "/patients/21/questionnaire", "3\n0\n2\n").await.answer().await;
    assert_eq!((good.status, &good.json["answers"], &good.json["score"]), (200, &json!(3), &json!(5)));
    let bad = Exchange::post(address, "/patients/21/questionnaire", "3\nmany\n").await.answer().await;
    assert_eq!(bad.status, 400);
}

#[rejoin::test(limit = LIMIT)]
async fn a_batch_has_a_result_for_each_patient() {
    let mut clinic = clinic();
    let address = clinic.address().await;
    let wanted: Vec<Value> = (0..1000)
        .map(|id| match id {
            500 => json!({ "id": id, "events": "fail" }),
            // It uses up the time of the check, not that of the batch.
            600 => json!({ "id": id, "drugs": "hang" }),
            _ => json!({ "id": id }),
        })
        .collect();
    let body = serde_json::to_string(&wanted).expect("it is JSON");
    let answer = Exchange::post(address, "/checks?within=80", &body).await.answer().await;

    assert_eq!(answer.status, 200);
    let entries = answer.json.as_array().expect("a list");
    assert_eq!(entries.len(), 1000);
    for (id, entry) in entries.iter().enumerate() {
        assert_eq!(entry["id"], id);
        let outcome = if id == 500 || id == 600 { "error" } else { "report" };
        assert_eq!(entry["outcome"], outcome, "{entry}");
    }
    assert_eq!(entries[500]["detail"], "events: it answered 500 Internal Server Error");
}

#[rejoin::test(limit = LIMIT)]
async fn what_is_not_done_within_the_time_of_a_batch_is_late() {
    let mut clinic = clinic();
    let address = clinic.address().await;
    let body = r#"[{ "id": 30 }, { "id": 31, "drugs": "hang" }, { "id": 32 }]"#;
    let answer = Exchange::post(address, "/checks?within=1", body).await.answer().await;

    assert_eq!(answer.status, 200);
    let outcomes: Vec<&Value> =
        answer.json.as_array().expect("a list").iter().map(|entry| &entry["outcome"]).collect();
    assert_eq!(outcomes, ["report", "late", "report"]);
    clinic.logs(&["drugs: patient 31: connection closed"]).await;
}

#[rejoin::test(limit = LIMIT)]
async fn a_panic_in_a_task_is_a_500_for_its_request_alone() {
    let mut clinic = clinic();
    let address = clinic.address().await;
    let beside = Exchange::post(address, "/patients/14/check?info=slow", "").await;
    clinic.logs(&["info: patient 14: asked"]).await;

    let broken = Exchange::post(address, "/patients/13/check?info=confuse&events=hang", "").await;
    assert_eq!(broken.answer().await.status, 500);
    clinic.logs(&["panicked: nobody is born in the future", "events: patient 13: connection closed"]).await;
    assert_eq!(beside.answer().await.status, 200);

    // The service it asks has caught its own.
    let answer = Exchange::post(address, "/patients/13/check?drugs=crash", "").await.answer().await;
    assert_eq!((answer.status, &answer.json["error"]), (502, &json!("drugs failed")));
    clinic.logs(&["panicked: drugs has a bug"]).await;
}

#[rejoin::test(limit = LIMIT)]
async fn the_connection_of_a_panic_can_be_used_again() {
    let mut clinic = clinic();
    let address = clinic.address().await;
    let broken = "POST /patients/13/check?info=confuse HTTP/1.1\r\nhost: clinic\r\ncontent-length: 0\r\n\r\n";
    let next = "GET /health HTTP/1.1\r\nhost: clinic\r\nconnection: close\r\n\r\n";
    let both = Exchange::send(address, &format!("{broken}{next}")).await.rest().await;
    assert!(both.starts_with("HTTP/1.1 500") && both.contains("HTTP/1.1 200"), "{both}");
}

#[rejoin::test(limit = LIMIT)]
async fn letters_are_printed_or_refused() {
    let mut clinic = clinic();
    let address = clinic.address().await;
    let posts = task_group!();
    for id in 100..120 {
        posts.spawn(async move {
            let answer = Exchange::post(address, &format!("/patients/{id}/letter"), "").await.answer().await;
            (id, answer.status)
        });
    }
    let answers = posts.join_all().await;
    let printed: Vec<u32> = answers.iter().filter(|(_, status)| *status == 202).map(|(id, _)| *id).collect();
    let refused = answers.iter().filter(|(_, status)| *status == 503).count();
    assert_eq!(printed.len() + refused, 20);
    assert!(printed.len() >= 4 && refused > 0, "{answers:?}");

    // Those that were taken are printed, although the clinic closes.
    clinic.signal(Signal::SIGTERM);
    let ended = clinic.end().await;
    assert_eq!(ended.code, Some(0), "{:#?}", ended.log);
    for id in printed {
        let line = format!("letter to patient {id} printed");
        assert!(ended.log.iter().any(|logged| logged.contains(&line)), "{line}: {:#?}", ended.log);
    }
}

#[rejoin::test(limit = LIMIT)]
async fn a_streamed_answer_ends_with_its_reader() {
    let mut clinic = clinic();
    let address = clinic.address().await;
    let mut reader = Exchange::get(address, "/patients/50/vitals").await;
    reader.read_until(r#""measurement":3"#).await;
    clinic.logs(&["vitals of patient 50: somebody looks"]).await;
    drop(reader);
    clinic.logs(&["vitals of patient 50: nobody looks any more"]).await;
}

#[rejoin::test(limit = LIMIT)]
async fn a_streamed_answer_ends_when_the_clinic_closes() {
    let mut clinic = clinic();
    let address = clinic.address().await;
    let mut reader = Exchange::get(address, "/patients/51/vitals").await;
    reader.read_until(r#""measurement":1"#).await;
    clinic.signal(Signal::SIGTERM);
    // Complete, not cut: with the chunk that says so.
    assert!(reader.rest().await.ends_with("\r\n0\r\n\r\n"));
    assert_eq!(clinic.end().await.code, Some(0));
}

#[rejoin::test(limit = LIMIT)]
async fn the_heart_beats() {
    let mut clinic = clinic();
    let address = clinic.address().await;
    clinic.logs(&[r#"health: {"drugs":true,"events":true,"info":true}"#]).await;
    let health = Exchange::get(address, "/health").await.answer().await;
    assert_eq!(health.json, json!({ "info": true, "drugs": true, "events": true }));
}

#[rejoin::test(limit = LIMIT)]
async fn a_clinic_that_closes_answers_who_is_in_it() {
    let mut clinic = clinic();
    let address = clinic.address().await;
    let path = "/patients/12/check?info=slow&drugs=slow";
    let exchange = Exchange::post(address, path, "").await;
    clinic.logs(&["info: patient 12: asked", "drugs: patient 12: asked"]).await;

    clinic.signal(Signal::SIGTERM);
    let answer = exchange.answer().await;
    assert_eq!((answer.status, &answer.json["patient"]["name"]), (200, &json!("Patient 12")));
    let ended = clinic.end().await;
    assert_eq!(ended.code, Some(0), "{:#?}", ended.log);
    assert_eq!(ended.log.last().map(String::as_str), Some("clinic: stopped"));
    assert!(TcpStream::connect(address).await.is_err());
}

#[rejoin::test(limit = LIMIT)]
async fn who_takes_longer_than_the_grace_is_cut() {
    let mut clinic = clinic();
    let address = clinic.address().await;
    let body = r#"[{ "id": 40, "events": "hang" }, { "id": 41, "events": "hang" }]"#;
    let path = "/patients/42/questionnaire?info=slow";
    let batch = Exchange::post(address, "/checks?within=60", body).await;
    let endless = Exchange::post(address, path, &"1\n".repeat(2000)).await;
    clinic.logs(&["events: patient 40: asked", "questionnaire of patient 42 begun"]).await;

    let begin = Instant::now();
    clinic.signal(Signal::SIGINT);
    let ended = clinic.end().await;
    // The batch ends with its checks. The questionnaire would take forty seconds.
    assert!(begin.elapsed() >= Duration::from_secs(5), "took {:?}", begin.elapsed());
    assert_eq!(ended.code, Some(70), "{:#?}", ended.log);
    let logged = |text: &str| ended.log.iter().any(|line| line.contains(text));
    assert!(logged("questionnaire of patient 42 given up"), "{:#?}", ended.log);
    assert_eq!(ended.log.last().map(String::as_str), Some("clinic: stopped"));
    drop((batch, endless));
}
