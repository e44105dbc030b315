use rejoin::prelude::*;

struct Report {
    events: Vec<u32>,
}

#[scoped]
async fn check(report: &Report) -> usize {
    let task = spawn!(async { 1 });
    report.evens.len()
}

fn main() {}
