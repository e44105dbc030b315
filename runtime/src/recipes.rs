//! Patterns of services that need no type of their own: a few lines of the language, to be copied.

/// A pool of workers behind a queue with a bound.
///
/// Whoever comes when the queue is full is told so at once; a job that panics costs no worker; at the shutdown
/// every job that was taken is done.
///
/// ```
/// use rejoin::prelude::*;
/// use tokio::sync::mpsc::error::TrySendError;
/// use tokio::sync::{Mutex, mpsc};
/// # struct Job;
/// # #[scoped] async fn handle(_: Job) {}
///
/// /// Works until every sender is gone and the queue is empty.
/// #[scoped]
/// async fn pool(jobs: mpsc::Receiver<Job>, workers: usize) {
///     let jobs = Mutex::new(jobs);
///     let group = task_group!();
///     for _ in 0..workers {
///         group.spawn(worker(&jobs));
///     }
///     group.join_all().await;
/// }
///
/// #[scoped]
/// async fn worker(jobs: &Mutex<mpsc::Receiver<Job>>) {
///     while let Some(job) = next(jobs).await {
///         if let Err(panicked) = handle(job).catch_panic().await {
///             eprintln!("a job {panicked}");
///         }
///     }
/// }
///
/// // A function of its own, so that the lock is free again when the job runs.
/// async fn next(jobs: &Mutex<mpsc::Receiver<Job>>) -> Option<Job> {
///     jobs.lock().await.recv().await
/// }
///
/// /// What a handler does: 503 when the queue is full.
/// fn submit(queue: &mpsc::Sender<Job>, job: Job) -> u16 {
///     match queue.try_send(job) {
///         Ok(()) => 202,
///         Err(TrySendError::Full(_) | TrySendError::Closed(_)) => 503,
///     }
/// }
///
/// #[scoped]
/// async fn service() {
///     let (queue, jobs) = mpsc::channel(64);
///     let workers = spawn!(pool(jobs, 4));
///     assert_eq!(submit(&queue, Job), 202);
///     // The shutdown: nobody can submit any more, what was taken is done.
///     drop(queue);
///     workers.await;
/// }
/// rejoin::block_on(service()).unwrap();
/// ```
///
/// A time limit on each job is `handle(job).timeout(limit)`. Cancelled in place of shut down, the jobs in
/// hand unwind and those in the queue are dropped.
pub mod worker_pool {}
