use rejoin::prelude::*;
use rejoin_tests::Log;
use tokio::sync::{Mutex, RwLock, mpsc, oneshot};
use tokio::task::yield_now;

use super::LIMIT;

/// A remote that refuses comes back with its read lock still held, and closing wants to write. What a
/// `match` looks at keeps its guard to the end of the `match`. A deadlock, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `remote.write().await` in `close`")]
async fn the_failing_path_keeps_the_lock_5509() {
    #[scoped]
    async fn close(remote: &RwLock<Option<u32>>) {
        *remote.write().await = None;
    }
    let remote = RwLock::new(None);
    match remote.read().await.as_ref() {
        Some(client) => println!("asked {client}"),
        None => close(&remote).await,
    }
}

/// Synchronising the members locks the client for writing and then asks the leader through the very
/// same client. A deadlock, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `self.members.read().await` in `ask`")]
async fn asks_through_itself_while_locked_6708() {
    struct Client {
        members: RwLock<Vec<u32>>,
    }
    impl Client {
        #[scoped]
        async fn ask(&self) -> Option<u32> {
            self.members.read().await.first().copied()
        }
        #[scoped]
        async fn synchronise(&self) {
            let mut members = self.members.write().await;
            let leader = self.ask().await;
            members.extend(leader);
        }
    }
    Client { members: RwLock::new(vec![1]) }.synchronise().await;
}

/// Somebody asks a node for its status after its loop has been stopped, and nobody will ever take the
/// question. The loop owns the channel, which ends with it: the question comes back.
#[rejoin::test]
async fn a_question_to_a_loop_that_was_stopped_6857() {
    #[scoped]
    async fn status(ask: &mpsc::Sender<oneshot::Sender<u32>>) -> Option<u32> {
        let (answer, answered) = oneshot::channel();
        ask.send(answer).await.ok()?;
        answered.await.ok()
    }
    let (ask, mut asked) = mpsc::channel::<oneshot::Sender<u32>>(1);
    let node = spawn!(async move {
        while let Some(answer) = asked.recv().await {
            let _ = answer.send(7);
        }
    });
    assert_eq!(status(&ask).await, Some(7));
    node.stop().await;
    assert_eq!(status(&ask).await, None);
}

/// Closing a balancer needs its lock, which is held by one that waits for room in the channel of
/// addresses; the reader of that channel has gone to close a connection. A deadlock, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `pinned.lock().await` in `close`")]
async fn closing_waits_for_one_that_waits_for_room_7443() {
    #[scoped]
    async fn up(pinned: &Mutex<u32>, notify: &mpsc::Sender<u32>, address: u32) {
        let mut pinned = pinned.lock().await;
        *pinned = address;
        let _ = notify.send(address).await;
    }
    #[scoped]
    async fn close(pinned: &Mutex<u32>) {
        *pinned.lock().await = 0;
    }
    let pinned = Mutex::new(0);
    let (notify, mut addresses) = mpsc::channel(1);
    notify.send(0).await.unwrap();
    let connecting = spawn!(up(&pinned, &notify, 1));
    yield_now().await;
    close(&pinned).await;
    addresses.recv().await;
    connecting.await;
}

/// One holds the lock of the tokens while it hands a token to the keeper; the keeper, before it takes
/// it, removes an old one, under the same lock. A deadlock, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `added.send(token).await` in `assign`")]
async fn handed_over_under_the_lock_of_the_taker_7492() {
    #[scoped]
    async fn keep(tokens: &Mutex<Vec<u32>>, mut added: mpsc::Receiver<u32>) {
        while let Some(token) = added.recv().await {
            yield_now().await;
            tokens.lock().await.retain(|known| *known != token);
        }
    }
    #[scoped]
    async fn assign(tokens: &Mutex<Vec<u32>>, added: &mpsc::Sender<u32>) {
        let mut tokens = tokens.lock().await;
        for token in 0..3 {
            tokens.push(token);
            added.send(token).await.unwrap();
        }
    }
    let tokens = Mutex::new(Vec::new());
    let (added, keeper) = mpsc::channel(1);
    let keeping = spawn!(keep(&tokens, keeper));
    assign(&tokens, &added).await;
    drop(added);
    keeping.await;
}

/// A lease is renewed under the lock of all leases, and calls back into what locks them again.
/// A deadlock, reported.
#[rejoin::test(limit = LIMIT)]
#[should_panic(expected = "it waited at `leases.lock().await` in `checkpoint`")]
async fn a_callback_under_the_lock_it_takes_10492() {
    #[scoped]
    async fn checkpoint(leases: &Mutex<Vec<u32>>, log: &Log) {
        log.add(leases.lock().await.len());
    }
    #[scoped]
    async fn renew(leases: &Mutex<Vec<u32>>, then: Scoped<impl Future<Output = ()> + Send>) {
        let mut leases = leases.lock().await;
        leases.push(1);
        then.await;
    }
    let (leases, log) = (Mutex::new(Vec::new()), Log::new());
    renew(&leases, checkpoint(&leases, &log)).await;
}
