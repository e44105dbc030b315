//! B9: what a thousand annotated functions cost to compile, and the code made of them. Done by the script
//! `compile_time` beside this folder, as it takes a crate for each attribute.

use std::collections::HashMap;
use std::process::Command;

use rejoin_benches::arguments::Arguments;
use rejoin_benches::table::{Bar, Row, Unit};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/compile_time");

/// With much fewer, what each crate takes besides is most of it.
const FUNCTIONS: &str = "1000";

/// The attributes of others.
const PEERS: [&str; 2] = ["instrument", "framed"];

pub(crate) fn run(arguments: &Arguments) -> Vec<Row> {
    if arguments.is_quick() && !arguments.names("B9") {
        eprintln!("B9 is left out of a quick run, as it takes minutes: ask for it by name");
        return Vec::new();
    }
    eprintln!("B9 annotated functions");
    let rounds = arguments.rounds(15) / 5;
    let output = match Command::new("bash").args([SCRIPT, &rounds.to_string(), FUNCTIONS]).output() {
        Ok(output) => String::from_utf8_lossy(&output.stdout).into_owned(),
        Err(error) => {
            eprintln!("B9 is skipped: {error}");
            return Vec::new();
        }
    };
    let measured = read(&output);
    let (Some(ours), Some(plain)) = (measured.get("scoped"), measured.get("plain")) else {
        eprintln!("B9 is skipped: the crates could not be built, see {SCRIPT}");
        return Vec::new();
    };
    let columns = [
        ("cargo check", Unit::Nanoseconds, 1e6),
        ("release build", Unit::Nanoseconds, 1e6),
        ("code", Unit::Bytes, 1024.0),
    ];
    let mut rows = Vec::new();
    for (column, (what, unit, factor)) in columns.into_iter().enumerate() {
        let workload = format!("{what} of {FUNCTIONS} functions");
        let of = |kind: &[f64; 3]| kind[column] * factor;
        let peers = PEERS.iter().filter_map(|peer| Some((*peer, of(measured.get(*peer)?))));
        if let Some(cheaper) = peers.min_by(|(_, one), (_, other)| one.total_cmp(other)) {
            rows.push(Row::exact("B9", &workload, unit, of(ours), cheaper, Bar::Ratio(1.0)));
        }
        rows.push(Row::exact("B9", workload, unit, of(ours), ("plain", of(plain)), Bar::Shown));
    }
    rows
}

/// The table of the script: milliseconds of a check and of a build, and kibibytes of code, of each kind.
fn read(table: &str) -> HashMap<&str, [f64; 3]> {
    let row = |line: &str| -> Option<[f64; 3]> {
        let numbers: Vec<f64> = line.split('|').filter_map(|cell| cell.trim().parse().ok()).collect();
        numbers.try_into().ok()
    };
    table.lines().filter_map(|line| Some((line.split('|').nth(1)?.trim(), row(line)?))).collect()
}
