//! `kernels.md` tells the truth.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const TABLE: &str = include_str!("../../kernels.md");
const SOURCES: &[&str] = &[
    include_str!("cockroach.rs"),
    include_str!("etcd.rs"),
    include_str!("grpc.rs"),
    include_str!("hugo.rs"),
    include_str!("istio.rs"),
    include_str!("kubernetes.rs"),
    include_str!("leaks.rs"),
    include_str!("moby.rs"),
    include_str!("serving.rs"),
    include_str!("syncthing.rs"),
];

const VERDICTS: [&str; 3] = ["rejected", "ended by its scope", "reported by the test attribute"];

struct Row {
    verdict: String,
    test: String,
}

/// The rows of the table below this heading.
fn rows(heading: &str) -> Vec<Row> {
    let (_, section) = TABLE.split_once(&format!("\n## {heading}\n")).expect("the heading");
    let section = section.split("\n## ").next().unwrap_or_default();
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    let lines = section.lines().filter(|line| line.starts_with('|')).skip(2);
    lines
        .map(|line| {
            let cells: Vec<String> = cells(line);
            assert_eq!(cells.len(), 4, "{line}");
            Row { verdict: cells[2].clone(), test: cells[3].trim_matches('`').to_owned() }
        })
        .collect()
}

fn all() -> Vec<Row> {
    rows("GoKer").into_iter().chain(rows("Leaks")).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn each_row_has_its_test_and_each_test_its_row() {
    let in_table: BTreeSet<String> = all().into_iter().map(|row| row.test).collect();
    assert_eq!(in_table.len(), all().len(), "no test is named twice");
    let mut there = BTreeSet::new();
    for folder in ["ui/kernels", "ui/kernels/rustc"] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if name.ends_with(".rs") {
                there.insert(format!("{folder}/{name}"));
            }
        }
    }
    for source in SOURCES {
        for part in source.split("#[rejoin::test").skip(1) {
            let (_, name) = part.split_once("\nasync fn ").expect("a test");
            there.insert(name.split('(').next().unwrap_or_default().to_owned());
        }
    }
    let without: (Vec<_>, Vec<_>) =
        (in_table.difference(&there).collect(), there.difference(&in_table).collect());
    assert_eq!(without, (vec![], vec![]), "rows without a test, tests without a row");
}

#[test]
fn each_verdict_is_what_its_test_shows() {
    for Row { verdict, test } in all() {
        if let Some(rule) = verdict.strip_prefix("rejected by ") {
            let says = fs::read_to_string(root().join(&test).with_extension("stderr")).unwrap();
            let rule = rule.trim_matches('`');
            let told = if rule == "rustc" { "error[E".to_owned() } else { format!("[{rule}]") };
            assert!(says.contains(&told), "{test} is rejected by {rule}:\n{says}");
        } else {
            let name = format!("\nasync fn {test}(");
            let source = SOURCES.iter().find_map(|source| source.split_once(&name)).expect("a test").0;
            let attributes = source.rsplit("#[rejoin::test").next().unwrap_or_default();
            let reports = attributes.contains("should_panic(expected = \"it waited at ");
            assert!(VERDICTS.contains(&verdict.as_str()), "{verdict}");
            assert_eq!(reports, verdict == VERDICTS[2], "{test}");
        }
    }
}

#[test]
fn the_totals_are_right() {
    let count = |heading: &str, verdict: &str| {
        rows(heading).iter().filter(|row| row.verdict.starts_with(verdict)).count()
    };
    for verdict in VERDICTS {
        let line = format!("| {verdict} | {} | {} |", count("GoKer", verdict), count("Leaks", verdict));
        assert!(TABLE.contains(&line), "{line}");
    }
    let line = format!("| all | {} | {} |", rows("GoKer").len(), rows("Leaks").len());
    assert!(TABLE.contains(&line), "{line}");
}
