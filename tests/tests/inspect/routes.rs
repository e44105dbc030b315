//! The four routes.

use std::future::pending;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use rejoin::prelude::*;
use serde_json::Value;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};
use tower::ServiceExt as _;

struct Answer {
    status: StatusCode,
    content_type: String,
    body: String,
}

async fn ask(router: &Router, path: &str) -> Answer {
    let request = Request::get(path).body(Body::empty()).expect("a request");
    let response = router.clone().oneshot(request).await.expect("it answers");
    let status = response.status();
    let content_type = response.headers().get(header::CONTENT_TYPE);
    let content_type = content_type.map(|text| text.to_str().expect("text").to_owned()).unwrap_or_default();
    let body = response.into_body().collect().await.expect("a body").to_bytes();
    Answer { status, content_type, body: String::from_utf8(body.to_vec()).expect("text") }
}

#[rejoin::test]
async fn the_page_is_one_file_that_asks_nobody_else() {
    let answer = ask(&rejoin::inspect::router(), "/").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.content_type, "text/html; charset=utf-8");
    assert!(answer.body.starts_with("<!doctype html>"));
    // The name of a namespace is no address that is asked.
    let addresses = answer.body.replace("http://www.w3.org/2000/svg", "");
    assert!(
        !addresses.contains("http://") && !addresses.contains("https://") && !addresses.contains("@import")
    );
    assert!(!answer.body.contains("innerHTML"), "what tasks are called is text, never a part of the page");
}

#[rejoin::test]
async fn the_text_is_that_of_a_dump() {
    let task = spawn!(name = "told as text", pending::<()>());
    let answer = ask(&rejoin::inspect::router(), "/tasks.txt").await;
    task.cancel();
    assert_eq!(answer.content_type, "text/plain; charset=utf-8");
    assert!(answer.body.contains("task \"told as text\" at"), "{}", answer.body);
}

#[rejoin::test]
async fn json_has_the_tree_and_the_numbers_of_the_runtime() {
    let task = spawn!(name = "told as JSON", pending::<()>());
    let answer = ask(&rejoin::inspect::router(), "/tasks.json").await;
    task.cancel();
    assert_eq!(answer.content_type, "application/json");
    let json: Value = serde_json::from_str(&answer.body).expect("JSON");
    let entries = json["tree"]["entries"].as_array().expect("entries");
    assert!(entries.iter().any(|entry| entry["name"] == "told as JSON" && entry["kind"] == "task"));
    assert!(json["runtime"]["alive"].as_u64().expect("a number") >= 1);
    assert!(json["runtime"]["around"].is_u64());
}

/// The value of the only series that begins like that.
fn value(metrics: &str, series: &str) -> f64 {
    let lines: Vec<&str> = metrics.lines().filter(|line| line.starts_with(series)).collect();
    let [line] = lines[..] else { panic!("{series}: {lines:?}\n{metrics}") };
    line.rsplit(' ').next().and_then(|value| value.parse().ok()).expect("a number")
}

#[scoped]
async fn three_of_a_kind() -> String {
    let group = task_group!();
    for _ in 0..3 {
        group.spawn(pending::<()>());
    }
    let metrics = ask(&rejoin::inspect::router(), "/metrics").await;
    group.cancel_all();
    assert_eq!(metrics.content_type, "text/plain; version=0.0.4; charset=utf-8");
    metrics.body
}

#[rejoin::test]
async fn prometheus_counts_by_place() {
    let metrics = three_of_a_kind().await;
    let here = |name: &str, kind: &str| {
        let file = file!();
        let mut series = metrics.lines().filter(|line| line.starts_with(&format!("{name}{{kind=\"{kind}\"")));
        let line = series.find(|line| line.contains(file) && !line.ends_with(" 1")).map(str::to_owned);
        line.and_then(|line| line.rsplit(' ').next().map(str::to_owned))
    };
    assert_eq!(here("rejoin_tasks", "task").as_deref(), Some("3"), "{metrics}");
    assert!(metrics.contains("# TYPE rejoin_tasks gauge\n"));
    assert!(metrics.contains("rejoin_scopes{kind=\"function\",site=\""));
    assert!(metrics.contains("function=\"three_of_a_kind\"} 1"), "{metrics}");
    for line in metrics.lines().filter(|line| !line.starts_with('#')) {
        let (_, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("{line}"));
        assert!(value.parse::<f64>().is_ok_and(|value| value >= 0.0), "{line}");
    }
}

#[scoped]
async fn lingers(go: oneshot::Receiver<()>, cancelled: oneshot::Sender<()>) {
    let task = spawn!(name = "lingers", async {
        defer!(timeout = Duration::from_secs(60), {
            let _ = cancelled.send(());
            let _ = go.await;
        });
        pending::<()>().await
    });
    sleep(Duration::from_millis(10)).await;
    task.stop().await;
}

#[rejoin::test(limit = Duration::from_secs(60))]
async fn what_was_cancelled_and_lives_is_counted() {
    let ((go, gone), (cancelled, told)) = (oneshot::channel(), oneshot::channel());
    let lingering = spawn!(lingers(gone, cancelled));
    told.await.expect("it is cancelled");
    let router = rejoin::inspect::router();
    let metrics = ask(&router, "/metrics").await.body;
    let _ = go.send(());
    lingering.await;
    let counted =
        |line: &str| line.starts_with("rejoin_tasks_cancelled{kind=\"task\"") && line.ends_with(" 1");
    let line = metrics.lines().find(|line| counted(line) && line.contains("function=\"lingers\""));
    assert!(line.is_some(), "{metrics}");
    let metrics = ask(&router, "/metrics").await.body;
    assert!(!metrics.contains("function=\"lingers\""), "{metrics}");
}

/// Alone in its process: it counts what is around all of rejoin. See [`alone`].
async fn around(router: &Router, wanted: f64) {
    let begun = Instant::now();
    loop {
        let metrics = ask(router, "/metrics").await.body;
        let seen = value(&metrics, "rejoin_tasks_around ");
        if seen == wanted {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{seen} in place of {wanted}\n{metrics}");
        sleep(Duration::from_millis(10)).await;
    }
}

/// Others run their tests beside this one, each in a runtime of its own, and what they start is taken from the count.
/// So it runs again by itself.
#[test]
fn tasks_started_around_rejoin_are_counted() {
    if std::env::var_os("ALONE").is_some() {
        return rejoin::block_on(alone()).expect("nobody cancels it");
    }
    let itself = std::env::current_exe().expect("a test has a path");
    let mut again = std::process::Command::new(itself);
    again.args(["--exact", "routes::tasks_started_around_rejoin_are_counted"]).env("ALONE", "1");
    let output = again.output().expect("it can be run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
}

#[scoped]
async fn alone() {
    let router = rejoin::inspect::router();
    around(&router, 0.0).await;
    let ours = spawn!(pending::<()>());
    let limited = task_group!(limit = 2);
    for _ in 0..5 {
        limited.spawn(pending::<()>());
    }
    around(&router, 0.0).await;
    let foreign: Vec<_> = (0..3).map(|_| foreign()).collect();
    around(&router, 3.0).await;
    for task in &foreign {
        task.abort();
    }
    around(&router, 0.0).await;
    limited.cancel_all();
    ours.cancel();
}

fn foreign() -> tokio::task::JoinHandle<()> {
    tokio::spawn(pending())
}

#[rejoin::test]
async fn nested_below_a_path_it_answers_there() {
    let app = Router::new().nest("/tasks", rejoin::inspect::router());
    assert_eq!(ask(&app, "/tasks").await.status, StatusCode::OK);
    assert_eq!(ask(&app, "/tasks/tasks.json").await.status, StatusCode::OK);
    assert_eq!(ask(&app, "/tasks/metrics").await.status, StatusCode::OK);
    assert_eq!(ask(&app, "/").await.status, StatusCode::NOT_FOUND);
}
