//! A scheduler: jobs wait in one queue, by priority, and a few workers take them. Each job has a time
//! limit and may be tried again. It ends when there is nothing left to do, or at once when told to.

use std::collections::BinaryHeap;
use std::sync::Mutex;
use std::time::Duration;

use rejoin::{Canceller, prelude::*};
use rejoin_tests::Log;
use tokio::sync::Notify;
use tokio::time::sleep;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Job {
    priority: u8,
    name: &'static str,
    millis: u64,
    fails: u8,
    tries: u8,
}

#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    waiting: BinaryHeap<Job>,
    running: usize,
}

impl Queue {
    fn push(&self, job: Job) {
        self.state.lock().unwrap().waiting.push(job);
        self.changed.notify_one();
    }

    /// The next job; `None` when nothing waits and nothing runs that could bring more.
    async fn next(&self) -> Option<Job> {
        loop {
            let changed = self.changed.notified();
            {
                let mut state = self.state.lock().unwrap();
                if let Some(job) = state.waiting.pop() {
                    state.running += 1;
                    return Some(job);
                }
                if state.running == 0 {
                    self.changed.notify_waiters();
                    return None;
                }
            }
            changed.await;
        }
    }

    fn finish(&self) {
        self.state.lock().unwrap().running -= 1;
        self.changed.notify_waiters();
    }
}

async fn run(job: &Job) -> Result<(), &'static str> {
    sleep(Duration::from_millis(job.millis)).await;
    if job.tries < job.fails { Err("failed") } else { Ok(()) }
}

#[scoped]
async fn work(queue: &Queue, log: &Log) -> usize {
    let mut done = 0;
    while let Some(mut job) = queue.next().await {
        defer!({ queue.finish() });
        match scope!(run(&job)).timeout(Duration::from_secs(1)).await {
            Ok(Ok(())) => {
                log.add(format!("{} done", job.name));
                done += 1;
            }
            Ok(Err(error)) if job.tries < 2 => {
                log.add(format!("{} {error}", job.name));
                job.tries += 1;
                queue.push(job);
            }
            Ok(Err(_)) => log.add(format!("{} given up", job.name)),
            Err(late) => log.add(format!("{}: {}", job.name, late.reason())),
        }
    }
    done
}

#[scoped]
async fn schedule(jobs: Vec<Job>, workers: usize, log: &Log) -> usize {
    let queue = Queue::default();
    for job in jobs {
        queue.push(job);
    }
    let group = task_group!();
    for _ in 0..workers {
        group.spawn(work(&queue, log));
    }
    group.join_all().await.into_iter().sum()
}

fn job(priority: u8, name: &'static str, millis: u64, fails: u8) -> Job {
    Job { priority, name, millis, fails, tries: 0 }
}

#[rejoin::test(paused)]
async fn jobs_run_by_priority_and_are_tried_again() {
    let log = Log::new();
    let jobs = vec![job(1, "report", 100, 0), job(9, "alarm", 100, 1), job(5, "mail", 100, 9)];
    assert_eq!(schedule(jobs, 1, &log).await, 2);
    log.assert_is(&[
        "alarm failed",
        "alarm done",
        "mail failed",
        "mail failed",
        "mail given up",
        "report done",
    ]);
}

#[rejoin::test(paused)]
async fn workers_share_the_queue_and_a_slow_job_is_cut() {
    let log = Log::new();
    let mut jobs: Vec<Job> = (0..6).map(|_| job(5, "quick", 100, 0)).collect();
    jobs.push(job(9, "stuck", 60_000, 0));
    let begin = tokio::time::Instant::now();
    assert_eq!(schedule(jobs, 3, &log).await, 6);
    assert_eq!(begin.elapsed(), Duration::from_secs(1));
    assert_eq!(log.count("quick done"), 6);
    assert_eq!(log.count("stuck: its deadline passed"), 1);
}

#[rejoin::test(paused)]
async fn a_scheduler_that_is_stopped_leaves_no_worker() {
    let (log, stop) = (Log::new(), Canceller::new());
    let jobs = (0..100).map(|_| job(5, "quick", 100, 0)).collect();
    let scheduling = spawn!(schedule(jobs, 4, &log).cancel_on(&stop));
    sleep(Duration::from_millis(250)).await;
    stop.cancel("maintenance");
    assert!(scheduling.await.is_err());
    let done = log.entries().len();
    sleep(Duration::from_secs(60)).await;
    assert_eq!((done, log.entries().len()), (8, 8));
}
