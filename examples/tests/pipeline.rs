//! Sends laboratory results to the pipeline, good ones and bad ones.
#![cfg(unix)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::sys::signal::Signal;
use serde_json::Value;
use support::fresh_path;
use support::line::Line;
use support::program::Program;

const LIMIT: Duration = Duration::from_secs(40);

fn pipeline(folder: &str) -> (Program, PathBuf) {
    let folder = fresh_path(folder);
    fs::create_dir(&folder).expect("a folder of its own");
    let path = folder.to_str().expect("a plain path");
    let variables = [("PIPELINE_ADDR", "127.0.0.1:0"), ("PIPELINE_DIR", path)];
    (Program::start("pipeline", &variables), folder)
}

fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

#[rejoin::test(limit = LIMIT)]
async fn all_results_of_a_source_are_in_its_file() {
    let (mut program, folder) = pipeline("all-results");
    let address = program.address().await;
    let mut line = Line::connect(address).await;
    // More than the channels hold.
    for patient in 0..1000 {
        line.say(&format!("{patient}, glucose, 5.4")).await;
    }
    line.end().await;
    assert_eq!(line.hear().await.as_deref(), Some("1000 results in results-1.jsonl"));
    assert_eq!(line.hear().await, None);

    let text = fs::read_to_string(folder.join("results-1.jsonl")).expect("the file");
    let results: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    assert_eq!(results.len(), 1000);
    assert_eq!(results[999], serde_json::json!({ "patient": 999, "test": "glucose", "value": 5.4 }));
    assert_eq!(files(&folder), ["results-1.jsonl"]);
}

#[rejoin::test(limit = LIMIT)]
async fn a_stage_that_fails_stops_the_others_and_leaves_nothing() {
    let (mut program, folder) = pipeline("a-stage-fails");
    let address = program.address().await;
    let mut line = Line::connect(address).await;
    line.say("7,glucose,5.4").await;
    line.say("7,glucose,plenty").await;
    // The source has not ended: the first stage waits for it, and the third one for the second.
    let answer = line.hear().await;
    assert_eq!(answer.as_deref(), Some("nothing imported: line 2: the value is not a number"));
    assert_eq!(line.hear().await, None);
    assert!(files(&folder).is_empty(), "{:?}", files(&folder));

    let mut next = Line::connect(address).await;
    next.say("8,sodium,140").await;
    next.end().await;
    assert_eq!(next.hear().await.as_deref(), Some("1 results in results-2.jsonl"));
}

#[rejoin::test(limit = LIMIT)]
async fn an_import_that_is_cut_leaves_nothing() {
    let (mut program, folder) = pipeline("cut");
    let address = program.address().await;
    let mut line = Line::connect(address).await;
    line.say("7,glucose,5.4").await;
    while files(&folder).is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(files(&folder), ["results-1.partial"]);
    program.signal(Signal::SIGTERM);
    assert_eq!(program.end().await.code, Some(143));
    assert!(files(&folder).is_empty(), "{:?}", files(&folder));
}
