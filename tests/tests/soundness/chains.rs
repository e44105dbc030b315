//! Trees so deep that a recursion over them would end the thread's stack.

use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rejoin::prelude::*;

use crate::common::{Lent, ReadsLate, one_thread, poll_once, record_events, until};

/// A hundred thousand levels, each a task that waits for the next; few under Miri, which has no stack that
/// could end.
const DEPTH: u32 = if cfg!(miri) { 20 } else { 100_000 };

#[derive(Clone, Debug, Default)]
struct Counts(Arc<(AtomicU32, AtomicU32)>);

impl Counts {
    fn alive(&self) -> u32 {
        self.0.0.load(Ordering::SeqCst)
    }
    fn gone(&self) -> u32 {
        self.0.1.load(Ordering::SeqCst)
    }
}

struct Counted(Counts);

impl Counted {
    fn new(counts: &Counts) -> Self {
        counts.0.0.fetch_add(1, Ordering::SeqCst);
        Self(counts.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.0.1.fetch_add(1, Ordering::SeqCst);
    }
}

/// What stands at the bottom of a chain.
async fn bottom() -> Result<(), String> {
    pending().await
}

#[scoped]
async fn tasks(depth: u32, counts: Counts) -> Result<(), String> {
    let data = Lent::new();
    let _counted = Counted::new(&counts);
    let _late = ReadsLate(&data);
    if depth == 0 {
        return bottom().await;
    }
    let below = spawn!(tasks(depth - 1, counts.clone())?);
    below.await;
    Ok(())
}

#[scoped]
async fn groups(depth: u32, counts: Counts) -> Result<(), String> {
    let data = Lent::new();
    let _counted = Counted::new(&counts);
    let _late = ReadsLate(&data);
    if depth == 0 {
        return bottom().await;
    }
    let group = task_group!();
    group.spawn(groups(depth - 1, counts.clone()));
    group.join_all().await;
    Ok(())
}

fn chains(counts: &Counts) -> [BoxScoped<'static, Result<(), String>>; 2] {
    [tasks(DEPTH, counts.clone()).boxed(), groups(DEPTH, counts.clone()).boxed()]
}

/// S4: the top is left by a panic: everything below is destroyed on the spot, deepest first.
#[test]
fn a_deep_chain_is_destroyed_on_the_spot_without_recursion() {
    record_events();
    for which in 0..2 {
        let counts = Counts::default();
        let runtime = one_thread();
        let [tasks, groups] = chains(&counts);
        let call = if which == 0 { tasks } else { groups };
        let reached = counts.clone();
        let root = rejoin::run(scope!(async move {
            let top = spawn!(call);
            until(|| reached.alive() > DEPTH).await;
            if reached.gone() == 0 {
                panic!("on the spot");
            }
            top.await
        }));
        let left = catch_unwind(AssertUnwindSafe(|| runtime.block_on(root).map(drop)));
        left.unwrap_err();
        assert_eq!(counts.gone(), DEPTH + 1);
    }
}

/// S12: the runtime of a deep chain is dropped, and then its root, where nothing is left to take it.
#[test]
fn the_runtime_of_a_deep_chain_may_be_dropped() {
    record_events();
    for which in 0..2 {
        let counts = Counts::default();
        let runtime = one_thread();
        let [tasks, groups] = chains(&counts);
        let mut root = Box::pin(rejoin::run(if which == 0 { tasks } else { groups }));
        runtime.block_on(async {
            assert!(poll_once(root.as_mut()).is_pending());
            until(|| counts.alive() > DEPTH).await;
        });
        drop(runtime);
        drop(root);
        assert_eq!(counts.gone(), DEPTH + 1);
    }
}

/// S9: a deep chain is cancelled and unwinds; the chain of its scopes is then dropped from below, by the
/// handle that was kept.
#[test]
fn a_deep_chain_is_cancelled_and_its_scopes_are_dropped_without_recursion() {
    #[scoped]
    async fn keeps(depth: u32, counts: Counts, keep: Arc<std::sync::Mutex<Option<rejoin::Scope>>>) {
        let _counted = Counted::new(&counts);
        if depth == 0 {
            let scope = scope!(async { rejoin::current() }).named("deepest").await;
            *keep.lock().unwrap() = Some(scope);
            pending::<()>().await;
        }
        let below = spawn!(keeps(depth - 1, counts.clone(), keep.clone()));
        below.await;
    }
    let counts = Counts::default();
    let runtime = one_thread();
    let kept = Arc::default();
    let stop = rejoin::Canceller::new();
    let mut root = Box::pin(rejoin::run(keeps(DEPTH, counts.clone(), Arc::clone(&kept)).cancel_on(&stop)));
    runtime.block_on(async {
        assert!(poll_once(root.as_mut()).is_pending());
        until(|| counts.alive() > DEPTH).await;
        stop.cancel("enough");
        root.await.unwrap().unwrap_err();
    });
    drop(runtime);
    assert_eq!(counts.gone(), DEPTH + 1);
    let scope: rejoin::Scope = kept.lock().unwrap().take().unwrap();
    assert_eq!(scope.name().as_deref(), Some("deepest"));
    drop(scope);
}

#[scoped]
async fn roots(depth: u32, counts: Counts) {
    let data = Lent::new();
    let _counted = Counted::new(&counts);
    let _late = ReadsLate(&data);
    if depth == 0 {
        return pending().await;
    }
    let below = spawn!(root(depth - 1, &counts));
    let _ = below.await;
}

fn root(depth: u32, counts: &Counts) -> rejoin::Run<()> {
    rejoin::run(roots(depth, counts.clone()))
}

/// S12: a chain of roots, each in a task of the one above, whose runtime is dropped with the first root or
/// before it.
#[test]
fn the_runtime_of_a_deep_chain_of_roots_may_be_dropped() {
    const ROOTS: u32 = if cfg!(miri) { 20 } else { 10_000 };
    record_events();
    for owned in [false, true] {
        let counts = Counts::default();
        let runtime = one_thread();
        let mut root = Some(Box::pin(root(ROOTS, &counts)));
        runtime.block_on(async {
            if owned {
                drop(tokio::spawn(root.take().unwrap()));
            } else if let Some(root) = &mut root {
                assert!(poll_once(root.as_mut()).is_pending());
            }
            until(|| counts.alive() > ROOTS).await;
        });
        drop(runtime);
        drop(root);
        assert_eq!(counts.gone(), ROOTS + 1);
    }
}

/// S4: a body that awaits itself, deep but not as a task, is one future with one destructor.
#[test]
fn a_recursive_call_is_dropped_half_way() {
    #[scoped]
    async fn calls(depth: u32, counts: Counts) {
        let data = Lent::new();
        let _counted = Counted::new(&counts);
        let _late = ReadsLate(&data);
        let task = spawn!(async { data.read() });
        if depth > 0 {
            calls(depth - 1, counts.clone()).await;
        } else {
            pending::<()>().await;
        }
        task.await;
    }
    let counts = Counts::default();
    let runtime = one_thread();
    let mut root = Box::pin(rejoin::run(calls(30, counts.clone())));
    runtime.block_on(async { assert!(poll_once(root.as_mut()).is_pending()) });
    drop(root);
    runtime.block_on(rejoin::drain(std::time::Duration::from_secs(10))).unwrap();
    assert_eq!(counts.gone(), 31);
}
