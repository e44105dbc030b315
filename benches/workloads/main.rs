//! Runs the workloads and prints one table. See the crate's documentation.

// B5's chain is a type 64 levels deep.
#![recursion_limit = "512"]

mod b10_dump;
mod b1_spawn_join;
mod b2_cancel_tree;
mod b3_await;
mod b4_nested_deadlines;
mod b5_call_chain;
mod b6_first_error;
mod b7_server;
mod b8_memory;
mod b9_compile_time;
mod gate;
mod leaf;
mod shape;

use std::process::ExitCode;

use rejoin_benches::arguments::Arguments;
use rejoin_benches::memory::Counting;
use rejoin_benches::table::{self, Row};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

type Workload = (&'static str, fn(&Arguments) -> Vec<Row>);

const WORKLOADS: [Workload; 10] = [
    ("B1", b1_spawn_join::run),
    ("B2", b2_cancel_tree::run),
    ("B3", b3_await::run),
    ("B4", b4_nested_deadlines::run),
    ("B5", b5_call_chain::run),
    ("B6", b6_first_error::run),
    ("B7", b7_server::run),
    ("B8", b8_memory::run),
    ("B9", b9_compile_time::run),
    ("B10", b10_dump::run),
];

fn main() -> ExitCode {
    let ids = WORKLOADS.map(|(id, _)| id);
    let arguments = match Arguments::read(std::env::args().skip(1), &ids) {
        Ok(arguments) => arguments,
        Err(unknown) => {
            eprintln!("{unknown}");
            return ExitCode::from(2);
        }
    };
    let selected = WORKLOADS.iter().filter(|(id, _)| arguments.selects(id));
    let rows: Vec<Row> = selected.flat_map(|(_, run)| run(&arguments)).collect();
    let missed = table::print(&rows);
    if missed > 0 && arguments.bars { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
