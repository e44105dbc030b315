//! What one task costs, however many there are: beside each other, cancelled, and below each other.
//!
//! ```console
//! $ cargo bench -p rejoin-benches --bench scaling                       # prints the numbers
//! $ cargo bench -p rejoin-benches --bench scaling -- --write docs       # draws them, too
//! $ cargo bench -p rejoin-benches --bench scaling -- --quick            # stops at 10 000 tasks
//! ```
//!
//! A cost per task that does not grow is a flat line. Where lines rise at their end the tasks no
//! longer fit into the caches of the processor: the peers' rise there, too.

#[path = "../workloads/gate.rs"]
mod gate;

mod cancel;
mod depth;
mod rounds;
mod spawn_join;

use std::path::PathBuf;
use std::process::ExitCode;

use rejoin_benches::plot::Plot;

/// What was asked for.
pub(crate) struct Arguments {
    quick: bool,
    write: Option<PathBuf>,
}

impl Arguments {
    fn read() -> Self {
        let mut read = Self { quick: false, write: None };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--quick" => read.quick = true,
                "--write" => read.write = arguments.next().map(workspace),
                // Said to the workloads, or by cargo to every benchmark.
                _ => {}
            }
        }
        read
    }

    /// The powers of ten from `least` to `most`.
    pub(crate) fn counts(&self, least: usize, most: usize) -> Vec<usize> {
        let most = if self.quick { most.min(10_000) } else { most };
        std::iter::successors(Some(least), |count| Some(count * 10))
            .take_while(|count| *count <= most)
            .collect()
    }
}

/// Cargo runs benchmarks in the folder of their package; what is said is meant from the workspace.
fn workspace(folder: String) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(folder)
}

fn main() -> ExitCode {
    let arguments = Arguments::read();
    let plots = [
        ("scaling-spawn-join.svg", spawn_join::plot(&arguments)),
        ("scaling-cancel.svg", cancel::plot(&arguments)),
        ("scaling-depth.svg", depth::plot(&arguments)),
    ];
    for (name, plot) in &plots {
        print(plot);
        let Some(folder) = &arguments.write else { continue };
        if let Err(error) =
            std::fs::create_dir_all(folder).and_then(|()| std::fs::write(folder.join(name), plot.svg()))
        {
            eprintln!("{name} cannot be written: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn print(plot: &Plot) {
    println!("\n{} ({}, by {})\n", plot.title, plot.cost, plot.count);
    for series in &plot.series {
        let costs = series.points.iter().map(|(count, cost)| format!("{count}: {cost:.0}"));
        println!("- {}: {}", series.name, costs.collect::<Vec<_>>().join(", "));
    }
}
