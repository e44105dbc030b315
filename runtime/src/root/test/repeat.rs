//! Tests that run many times: cancelled at every await, and in many orders.

use std::any::Any;
use std::hash::{BuildHasher, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use super::TestSetup;
use super::failure::Fails;
use crate::call::Call;
use crate::report;
use crate::testing::hook::{self, Run};
use crate::testing::shuffle::Shuffle;

/// Which cancellation, of a test that is cancelled everywhere.
const RUN: &str = "REJOIN_RUN";
/// Which order, of a test that is shuffled.
const SEED: &str = "REJOIN_SEED";

/// One run among many.
#[derive(Clone, Copy)]
struct Which {
    /// The order, with its number and of how many.
    seed: Option<(u64, usize, usize)>,
    /// The number of the point at which it is cancelled, and of how many.
    point: Option<(usize, usize)>,
}

impl Run {
    /// What the test wanted to be checked at its end.
    pub(super) fn check(&self) {
        for check in self.take_checks() {
            check();
        }
    }
}

impl TestSetup {
    /// Runs the test as often as its options say.
    ///
    /// # Panics
    ///
    /// As [`run`](Self::run), with the run it happened in and how to repeat that alone.
    pub fn run_each<C: Call<Output: Fails>>(self, make: impl Fn() -> C) -> C::Output {
        let only = number::<usize>(RUN).filter(|_| self.everywhere);
        let Some(orders) = self.orders else { return self.run_points(&make, None, only) };
        if let Some(seed) = number(SEED) {
            return self.run_points(&make, Some((seed, 1, 1)), only);
        }
        let orders = orders.max(1);
        let first = RandomState::new().hash_one(0);
        let mut last = None;
        for order in 1..=orders {
            // Apart from each other by an odd number, so that no two are the same.
            let seed = first.wrapping_add((order as u64).wrapping_mul(0x2545_F491_4F6C_DD1D));
            last = Some(self.run_points(&make, Some((seed, order, orders)), only));
        }
        match last {
            Some(output) => output,
            None => unreachable!("there is at least one order"),
        }
    }

    /// One order: to the end, and cancelled at each point.
    fn run_points<C: Call<Output: Fails>>(
        &self,
        make: &impl Fn() -> C,
        seed: Option<(u64, usize, usize)>,
        only: Option<usize>,
    ) -> C::Output {
        let (output, points) = self.run_one(make, Which { seed, point: None });
        let Some(output) = output else {
            unreachable!("only a run that is cancelled at a point has no output");
        };
        if self.everywhere {
            let (from, to) = only.map_or((1, points), |only| (only, only));
            for point in from..=to {
                self.run_one(make, Which { seed, point: Some((point, points)) });
            }
        }
        output
    }

    /// One run, and how many points it passed.
    fn run_one<C: Call<Output: Fails>>(
        &self,
        make: &impl Fn() -> C,
        which: Which,
    ) -> (Option<C::Output>, usize) {
        let seed = which.seed.map(|(seed, ..)| seed);
        let run = Rc::new(Run::new(which.point.map(|(point, _)| point), seed));
        let interval = run.shuffle.as_ref().map(Shuffle::event_interval);
        let ended = catch_unwind(AssertUnwindSafe(|| {
            let _running = hook::begin(run.clone(), self.everywhere || seed.is_some());
            let outcome = self.run_watched(
                make(),
                &self.runtime(interval),
                |root| run.set_root(root.clone()),
                || run.check(),
            );
            match outcome {
                Ok(output) => match output.failure() {
                    Some(failure) if run.cancelled().is_some() => panic!("it returned the error {failure}"),
                    _ => Some(output),
                },
                Err(_) if run.cancelled().is_some() => None,
                Err(cancelled) => panic!("test `{}` was cancelled: {cancelled}", self.name),
            }
        }));
        match ended {
            Ok(output) => (output, run.passed()),
            Err(payload) => self.failed(which, &run, payload),
        }
    }

    fn failed(&self, which: Which, run: &Run, payload: Box<dyn Any + Send>) -> ! {
        if which.seed.is_none() && which.point.is_none() {
            // As any other test does.
            std::panic::resume_unwind(payload);
        }
        let (mut said, mut again) = (String::new(), String::new());
        if let Some((seed, number, of)) = which.seed {
            said += &format!(", in order {number} of {of}");
            again += &format!("{SEED}={seed} ");
        }
        if let (Some((point, of)), Some(moment)) = (which.point, run.cancelled()) {
            said += &format!(", in run {point} of {of}, which is cancelled {moment}");
            again += &format!("{RUN}={point} ");
        }
        let text = report::panic_text(&*payload).unwrap_or("a panic without a text");
        let name = self.name;
        panic!("test `{name}` failed{said}: {text}\nto run this alone: {again}cargo test {name}")
    }
}

/// The number in an environment variable.
fn number<T: std::str::FromStr>(variable: &str) -> Option<T> {
    let text = std::env::var(variable).ok()?;
    match text.trim().parse() {
        Ok(number) => Some(number),
        Err(_) => panic!("`{variable}={text}` is no number; write the one that the failed test printed"),
    }
}
