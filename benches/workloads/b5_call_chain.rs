//! B5: a chain of calls that starts nothing: a scoped function costs what an async function costs.

use std::hint::black_box;
use std::marker::PhantomData;
use std::time::Duration;

use rejoin::prelude::*;
use rejoin_benches::arguments::Arguments;
use rejoin_benches::contest::Contest;
use rejoin_benches::runtimes::Bench;
use rejoin_benches::stopwatch::Stopwatch;
use rejoin_benches::table::{Bar, Row};

use crate::leaf::Once;

/// How many calls one measurement makes, in chains of one length.
const CALLS: usize = 640_000;

pub(crate) fn run(arguments: &Arguments) -> Vec<Row> {
    let bench = Bench::current_thread();
    let mut rows = chain::<Call<End>>(&bench, 1, arguments);
    rows.extend(chain::<Eight<End>>(&bench, 8, arguments));
    rows.extend(chain::<SixtyFour>(&bench, 64, arguments));
    let times = CALLS / 64 / 4;
    rows.extend(
        Contest::new("B5", "64 calls deep, waiting once at the bottom", || {
            bench.run(ours::<SixtyFourAndWait>(times))
        })
        .against("async fn", Bar::Ratio(1.05), || bench.run_plain(plain::<SixtyFourAndWait>(times)))
        .run(arguments.rounds(101))
        .per(times),
    );
    rows
}

fn chain<C: Scoped + Plain + 'static>(bench: &Bench, depth: usize, arguments: &Arguments) -> Vec<Row> {
    let times = CALLS / depth;
    let workload = if depth == 1 { "1 call deep".to_owned() } else { format!("{depth} calls deep") };
    Contest::new("B5", workload, || bench.run(ours::<C>(times)))
        .against("async fn", Bar::Ratio(1.05), || bench.run_plain(plain::<C>(times)))
        .run(arguments.rounds(101))
        .per(times)
}

/// A chain of scoped functions.
#[scoped]
trait Scoped {
    async fn scoped(n: u64) -> u64;
}

/// The same chain of async functions.
trait Plain {
    fn plain(n: u64) -> impl Future<Output = u64> + Send;
}

/// A function that calls that of `C`. Each is a type of its own, so each function is one of its own:
/// recursion would need a box.
struct Call<C>(PhantomData<C>);

/// The function at the bottom returns at once.
struct End;

/// The function at the bottom waits once.
struct Wait;

type Eight<C> = Call<Call<Call<Call<Call<Call<Call<Call<C>>>>>>>>;
type SixtyFour = Eight<Eight<Eight<Eight<Eight<Eight<Eight<Eight<End>>>>>>>>;
type SixtyFourAndWait = Eight<Eight<Eight<Eight<Eight<Eight<Eight<Eight<Wait>>>>>>>>;

#[scoped]
impl<C: Scoped> Scoped for Call<C> {
    async fn scoped(n: u64) -> u64 {
        C::scoped(black_box(n)).await + 1
    }
}

impl<C: Plain> Plain for Call<C> {
    async fn plain(n: u64) -> u64 {
        C::plain(black_box(n)).await + 1
    }
}

#[scoped]
impl Scoped for End {
    async fn scoped(n: u64) -> u64 {
        black_box(n)
    }
}

impl Plain for End {
    async fn plain(n: u64) -> u64 {
        black_box(n)
    }
}

#[scoped]
impl Scoped for Wait {
    async fn scoped(n: u64) -> u64 {
        n + Once::default().await
    }
}

impl Plain for Wait {
    async fn plain(n: u64) -> u64 {
        n + Once::default().await
    }
}

#[scoped]
async fn ours<C: Scoped>(times: usize) -> Duration {
    let began = Stopwatch::start();
    for n in 0..times {
        black_box(C::scoped(n as u64).await);
    }
    began.elapsed()
}

async fn plain<C: Plain>(times: usize) -> Duration {
    let began = Stopwatch::start();
    for n in 0..times {
        black_box(C::plain(n as u64).await);
    }
    began.elapsed()
}
