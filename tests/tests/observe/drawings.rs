//! A tree for programs that draw, and for programs that read.

use rejoin::observe::Tree;
use rejoin::prelude::*;
use tokio::task::yield_now;

#[scoped]
async fn tree() -> Tree {
    let task = spawn!(name = "a \"quoted\" `name`", std::future::pending::<()>());
    yield_now().await;
    yield_now().await;
    let tree = rejoin::current().dump().await;
    task.cancel();
    tree
}

#[rejoin::test]
async fn a_flowchart_of_mermaid() {
    let tree = tree().await;
    let drawing = tree.mermaid();
    assert!(drawing.starts_with("flowchart LR\n"), "{drawing}");
    assert_eq!(drawing.matches(" --> ").count(), tree.entries().len() - 1);
    assert!(drawing.contains("task a #quot;quoted#quot; #96;name#96;"), "{drawing}");
    let quotes = drawing.lines().filter(|line| line.contains("[\""));
    assert!(quotes.clone().all(|line| line.matches('"').count() == 2), "{drawing}");
}

#[rejoin::test]
async fn a_graph_of_graphviz() {
    let tree = tree().await;
    let drawing = tree.dot();
    assert!(drawing.starts_with("digraph tasks {") && drawing.ends_with("}\n"), "{drawing}");
    assert_eq!(drawing.matches(" -> ").count(), tree.entries().len() - 1);
    assert!(drawing.contains("task a \\\"quoted\\\" `name`\\n"), "{drawing}");
}

#[rejoin::test]
async fn json() {
    let tree = tree().await;
    let json = serde_json::to_value(&tree).expect("it can be serialised");
    let entries = json["entries"].as_array().expect("a list");
    assert_eq!(entries.len(), tree.entries().len());
    let task = entries.iter().find(|entry| entry["kind"] == "task").expect("the task");
    assert_eq!(task["name"], "a \"quoted\" `name`");
    assert_eq!(task["state"], "waiting");
    assert_eq!(task["awaiting"]["site"], task["started"]);
    assert_eq!(task["started"]["function"], "tree");
    assert!(task["age"]["ms"].is_u64() && task["parent"].is_u64());
}
