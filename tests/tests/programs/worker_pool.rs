//! A pool of workers behind a queue with a bound: whoever comes when it is full is told so at once, a job that
//! panics is answered and costs no worker, and at the end every job that was taken is done.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rejoin::prelude::*;
use rejoin_tests::on_both;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::sleep;

const WORKERS: usize = 4;
const QUEUE: usize = 8;

/// A number to be squared.
struct Job {
    number: u32,
    answer: oneshot::Sender<Result<u32, &'static str>>,
}

/// Works until every sender is gone and the queue is empty.
#[scoped]
async fn pool(jobs: mpsc::Receiver<Job>, done: &AtomicU32) {
    let jobs = Mutex::new(jobs);
    let workers = task_group!();
    for _ in 0..WORKERS {
        workers.spawn(worker(&jobs, done));
    }
    workers.join_all().await;
}

#[scoped]
async fn worker(jobs: &Mutex<mpsc::Receiver<Job>>, done: &AtomicU32) {
    while let Some(job) = next(jobs).await {
        let squared = square(job.number).catch_panic().await;
        done.fetch_add(1, Ordering::Relaxed);
        // Whoever asked may have gone.
        let _ = job.answer.send(squared.map_err(|_| "the job panicked"));
    }
}

async fn next(jobs: &Mutex<mpsc::Receiver<Job>>) -> Option<Job> {
    jobs.lock().await.recv().await
}

#[scoped]
async fn square(number: u32) -> u32 {
    sleep(Duration::from_millis(1)).await;
    assert!(number != 13, "an unlucky number");
    number * number
}

/// Asks the pool, as a handler does: 503 when the queue is full.
async fn ask(queue: &mpsc::Sender<Job>, number: u32) -> u32 {
    let (answer, answered) = oneshot::channel();
    match queue.try_send(Job { number, answer }) {
        Err(TrySendError::Full(_)) => 503,
        Err(TrySendError::Closed(_)) => 410,
        Ok(()) => match answered.await {
            Ok(Ok(squared)) => {
                assert_eq!(squared, number * number);
                200
            }
            Ok(Err(_)) => 500,
            Err(_) => 502,
        },
    }
}

#[test]
fn every_job_is_answered_or_refused_and_none_is_lost() {
    #[scoped]
    async fn program(requests: u32) -> (Vec<u32>, u32) {
        let done = AtomicU32::new(0);
        let (queue, jobs) = mpsc::channel(QUEUE);
        let pool = spawn!(pool(jobs, &done));
        let clients = task_group!();
        for number in 0..requests {
            let queue = queue.clone();
            clients.spawn(async move { ask(&queue, number).await });
        }
        // Shutdown: nobody sends any more. What is in the queue is still done.
        drop(queue);
        let answers = clients.join_all().await;
        pool.await;
        (answers, done.into_inner())
    }
    for (answers, done) in on_both(|| program(100)) {
        let count = |status: u32| u32::try_from(answers.iter().filter(|known| **known == status).count());
        let (ok, failed, full) = (count(200).unwrap(), count(500).unwrap(), count(503).unwrap());
        assert_eq!(ok + failed + full, 100, "nobody is left without an answer: {answers:?}");
        assert!(full > 0, "the queue has a bound");
        assert_eq!(done, ok + failed, "every job that was taken is done, once");
    }
}

#[test]
fn jobs_whose_clients_have_gone_are_done_at_the_shutdown() {
    #[scoped]
    async fn program(done: Arc<AtomicU32>) {
        let (queue, jobs) = mpsc::channel(QUEUE);
        for number in 0..8 {
            let (answer, _) = oneshot::channel();
            queue.try_send(Job { number, answer }).unwrap_or_else(|_| panic!("there is room"));
        }
        let (answer, _) = oneshot::channel();
        assert!(matches!(queue.try_send(Job { number: 8, answer }), Err(TrySendError::Full(_))));
        drop(queue);
        pool(jobs, &done).await;
    }
    let done = Arc::new(AtomicU32::new(0));
    on_both(|| program(done.clone()));
    assert_eq!(done.load(Ordering::Relaxed), 16);
}
