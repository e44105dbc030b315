//! How often something is measured.

use std::time::Duration;

use rejoin_benches::plot::Series;
use rejoin_benches::spread::Spread;

/// Tasks that are run through for each point, in all rounds together, but for the largest.
const TASKS: usize = 1_000_000;

/// One curve: for each count the median, in nanoseconds for each task, of what `measure` took for
/// `count` tasks so many `times`.
pub(crate) fn series(
    name: impl Into<String>,
    peer: bool,
    counts: &[usize],
    mut measure: impl FnMut(usize, usize) -> Duration,
) -> Series {
    let name = name.into();
    eprintln!("{name}");
    let mut cost = |count: usize| {
        let times = (TASKS / 50 / count).clamp(1, 2000);
        let rounds = (TASKS / (count * times)).clamp(3, 15);
        // The first round is for the caches, and for memory the process has not asked for before.
        let nanoseconds = (0..=rounds).map(|_| measure(count, times).as_nanos() as f64).skip(1);
        Spread::of(nanoseconds).median / (count * times) as f64
    };
    let points = counts.iter().map(|count| (*count, cost(*count))).collect();
    Series { name, peer, points }
}
