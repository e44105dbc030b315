//! A tree as a drawing: Mermaid for a page that renders it, DOT for Graphviz.

use std::fmt::Write as _;

use super::entry::Entry;
use super::tree::{State, Tree};

impl Tree {
    /// As a Mermaid flowchart, which code hosts and documentation sites draw.
    ///
    /// Meant for some dozens of entries; text is better for thousands.
    ///
    /// ```
    /// let tree = rejoin::block_on(rejoin::dump()).unwrap();
    /// assert!(tree.mermaid().starts_with("flowchart LR\n    n0[\"root<br/>"));
    /// ```
    #[must_use]
    pub fn mermaid(&self) -> String {
        let mut text = String::from("flowchart LR\n");
        for entry in &self.entries {
            let label = label(entry, "<br/>").replace('"', "#quot;").replace('`', "#96;");
            let _ = writeln!(text, "    n{}[\"{label}\"]{}", entry.index, class(entry));
            if let Some(parent) = entry.parent {
                let _ = writeln!(text, "    n{parent} --> n{}", entry.index);
            }
        }
        text.push_str("    classDef cancelled stroke:#c00,stroke-width:3px\n");
        text.push_str("    classDef running stroke:#080,stroke-width:3px\n");
        text
    }

    /// In the language of Graphviz: `dot -Tsvg`.
    ///
    /// ```
    /// let tree = rejoin::block_on(rejoin::dump()).unwrap();
    /// assert!(tree.dot().starts_with("digraph tasks {"));
    /// ```
    #[must_use]
    pub fn dot(&self) -> String {
        let mut text = String::from("digraph tasks {\n    rankdir=LR;\n    node [shape=box];\n");
        for entry in &self.entries {
            let label = label(entry, "\n").replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            let colour = match class(entry) {
                ":::cancelled" => ", color=red, penwidth=3",
                ":::running" => ", color=darkgreen, penwidth=3",
                _ => "",
            };
            let _ = writeln!(text, "    n{} [label=\"{label}\"{colour}];", entry.index);
            if let Some(parent) = entry.parent {
                let _ = writeln!(text, "    n{parent} -> n{};", entry.index);
            }
        }
        text.push_str("}\n");
        text
    }
}

fn class(entry: &Entry) -> &'static str {
    match entry.state {
        _ if entry.reason.is_some() => ":::cancelled",
        State::Running if entry.kind.is_task() => ":::running",
        _ => "",
    }
}

fn label(entry: &Entry, new_line: &str) -> String {
    let mut label = entry.kind.word().to_owned();
    if let Some(name) = &entry.name {
        let _ = write!(label, " {name}");
    }
    let _ = write!(label, "{new_line}{}", entry.started);
    if let Some(awaiting) = entry.awaiting.filter(|_| entry.kind.is_task()) {
        let _ = write!(label, "{new_line}at {}", awaiting.site);
    }
    label
}
