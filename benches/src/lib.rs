//! What rejoin costs, side by side with what people write without it.
//!
//! ```console
//! $ alias workloads="cargo bench -p rejoin-benches --bench workloads --"
//! $ workloads                        # every workload: B9, which builds crates, takes minutes, all others one
//! $ workloads --quick                # fewer rounds, without B9: some ten seconds
//! $ workloads B3 B5                  # these workloads alone
//! $ workloads --no-bars              # exits with 0 whatever was measured
//! $ cargo bench -p rejoin-benches --bench scaling     # the curves, about a minute
//! ```
//!
//! One table comes out, on the standard output, as Markdown. A workload is one file in
//! `workloads/`: our way to do the work, and that of each peer as its own authors would write it.
//!
//! # How it is measured
//!
//! All ways run in one process, on one runtime, in turn: round after round, every other round
//! backwards, so that what else the machine does hits them alike. Each round gives one ratio, ours
//! to the peer's; the table has their median and, in brackets, their lower and upper quartile.
//! Times are medians too, and mean little beyond the machine they were taken on. Where one thread
//! does all the work and never waits, they are processor times: see [`stopwatch`].
//!
//! Every way is spawned as a task, so that it runs where the tasks of a server run, and takes its
//! time itself, inside: starting a root is no part of what is measured.
//!
//! Workloads that start tasks run on a current-thread runtime and on one with two workers. Those
//! that stay in one task run on the former alone: a second worker has nothing to do there.
//!
//! How the cost of one task changes with their number is drawn elsewhere: see `scaling/`.
//! Instructions are counted elsewhere: see `hot_paths/` and `.ci/instructions`.

pub mod arguments;
pub mod contest;
pub mod memory;
pub mod plot;
pub mod runtimes;
pub mod spread;
pub mod stopwatch;
pub mod table;
