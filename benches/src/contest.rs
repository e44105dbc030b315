//! One workload, and everybody's way to do it: measured in turn, round after round.

use std::fmt;
use std::time::Duration;

use crate::spread::Spread;
use crate::table::{Bar, Row, Unit};

/// Rounds before those that count.
const WARM_UP: usize = 2;

/// Ours and the peers, each a closure that does the work once and returns what it measured.
pub struct Contest<'a, T> {
    id: &'static str,
    workload: String,
    ours: Box<dyn FnMut() -> T + 'a>,
    peers: Vec<Peer<'a, T>>,
}

struct Peer<'a, T> {
    name: &'static str,
    bar: Bar,
    run: Box<dyn FnMut() -> T + 'a>,
}

impl<'a, T> Contest<'a, T> {
    /// A contest that nobody but us takes part in yet.
    pub fn new(id: &'static str, workload: impl Into<String>, ours: impl FnMut() -> T + 'a) -> Self {
        Self { id, workload: workload.into(), ours: Box::new(ours), peers: Vec::new() }
    }

    /// Adds a peer, and what we want to reach against it.
    #[must_use]
    pub fn against(mut self, name: &'static str, bar: Bar, run: impl FnMut() -> T + 'a) -> Self {
        self.peers.push(Peer { name, bar, run: Box::new(run) });
        self
    }

    /// Runs everybody in turn, every other round backwards.
    pub fn run(mut self, rounds: usize) -> Outcome<T> {
        eprintln!("{} {}", self.id, self.workload);
        let mut ours = Vec::with_capacity(rounds);
        let mut peers: Vec<Vec<T>> = self.peers.iter().map(|_| Vec::with_capacity(rounds)).collect();
        for round in 0..WARM_UP + rounds {
            if round == WARM_UP {
                ours.clear();
                peers.iter_mut().for_each(Vec::clear);
            }
            if round % 2 == 0 {
                ours.push((self.ours)());
                for (peer, samples) in self.peers.iter_mut().zip(&mut peers) {
                    samples.push((peer.run)());
                }
            } else {
                for (peer, samples) in self.peers.iter_mut().zip(&mut peers).rev() {
                    samples.push((peer.run)());
                }
                ours.push((self.ours)());
            }
        }
        let names = self.peers.iter().map(|peer| (peer.name, peer.bar));
        Outcome { id: self.id, workload: self.workload, ours, peers: names.zip(peers).collect() }
    }
}

impl<T> fmt::Debug for Contest<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contest")
            .field("id", &self.id)
            .field("workload", &self.workload)
            .finish_non_exhaustive()
    }
}

/// What everybody measured, round by round.
#[derive(Debug)]
pub struct Outcome<T> {
    id: &'static str,
    workload: String,
    ours: Vec<T>,
    peers: Vec<((&'static str, Bar), Vec<T>)>,
}

impl<T> Outcome<T> {
    /// One row of the table for each peer. `value` is what is compared: the less, the better.
    #[must_use]
    pub fn rows(&self, unit: Unit, value: impl Fn(&T) -> f64) -> Vec<Row> {
        let ours: Vec<f64> = self.ours.iter().map(&value).collect();
        let row = |((name, bar), samples): &((&'static str, Bar), Vec<T>)| {
            let theirs: Vec<f64> = samples.iter().map(&value).collect();
            let rounds = || ours.iter().zip(&theirs);
            Row {
                id: self.id,
                workload: self.workload.clone(),
                peer: name,
                unit,
                ours: Spread::of(ours.iter().copied()).median,
                theirs: Spread::of(theirs.iter().copied()).median,
                ratio: Spread::of(rounds().map(|(ours, theirs)| ours / theirs)),
                difference: Spread::of(rounds().map(|(ours, theirs)| ours - theirs)),
                bar: *bar,
            }
        };
        self.peers.iter().map(row).collect()
    }
}

impl Outcome<Duration> {
    /// One row of the table for each peer, with the time that one of `times` repetitions took.
    #[must_use]
    pub fn per(&self, times: usize) -> Vec<Row> {
        self.rows(Unit::Nanoseconds, |sample| nanoseconds(*sample) / times as f64)
    }
}

/// As a number that can be divided.
#[must_use]
pub fn nanoseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e9
}
