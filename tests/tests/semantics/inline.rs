//! `rejoin::inline`: a root that runs everything itself.

use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn};
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use rejoin::{Reason, TaskGroup, prelude::*};
use rejoin_tests::Log;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{LocalSet, yield_now};
use tokio::time::sleep;

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

#[scoped]
async fn doubles(numbers: &[u32]) -> u32 {
    let group = task_group!();
    for number in numbers {
        group.spawn(async move {
            yield_now().await;
            number * 2
        });
    }
    group.join_all().await.into_iter().sum()
}

#[test]
fn it_may_borrow_and_yields_the_value() {
    let numbers = vec![1, 2, 3];
    let sum = runtime().block_on(async { rejoin::inline(doubles(&numbers)).await });
    assert_eq!(sum.unwrap(), 12);
}

#[test]
fn tasks_may_borrow_mutably_what_was_lent_to_it() {
    let mut numbers = vec![1];
    runtime()
        .block_on(rejoin::inline(scope!(async {
            let task = spawn!(async { numbers.push(2) });
            task.await;
            numbers.push(3);
        })))
        .unwrap();
    assert_eq!(numbers, [1, 2, 3]);
}

#[test]
fn it_need_not_be_send() {
    let shared = Rc::new(Cell::new(0));
    let call = scope!(async {
        let task = spawn!(async {
            yield_now().await;
            2
        });
        shared.set(task.await);
    });
    runtime().block_on(rejoin::inline(call)).unwrap();
    assert_eq!(shared.get(), 2);
}

fn other_thread(work: impl FnOnce() + Send + 'static) {
    drop(std::thread::spawn(work));
}

/// No runtime anywhere: plain threads wake it.
#[test]
fn it_needs_no_runtime() {
    struct Unpark(std::thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let numbers = [1, 2, 3];
    let mut root = pin!(rejoin::inline(scope!(async {
        let (send, received) = oneshot::channel();
        let task = spawn!(async { received.await.unwrap() });
        other_thread(move || send.send(4).unwrap());
        doubles(&numbers).await + task.await
    })));
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let sum = loop {
        match root.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(sum) => break sum,
            Poll::Pending => std::thread::park(),
        }
    };
    assert_eq!(sum.unwrap(), 16);
}

#[test]
fn everything_runs_inside_this_one_future() {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let here = std::thread::current().id();
        let call = scope!(async {
            let alive = tokio::runtime::Handle::current().metrics().num_alive_tasks();
            let group = task_group!();
            for _ in 0..10 {
                group.spawn(async {
                    yield_now().await;
                    assert_eq!(std::thread::current().id(), here);
                });
            }
            daemon!(async {
                loop {
                    yield_now().await;
                    assert_eq!(std::thread::current().id(), here);
                }
            });
            let inner = scope!(async {
                let task = spawn!(doubles(&[1]));
                task.await
            });
            assert_eq!(inner.timeout(Duration::from_secs(60)).await.unwrap(), 2);
            rejoin::current().spawn(yield_now());
            assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), alive);
            group.join_all().await;
        });
        rejoin::inline(call).await.unwrap();
    });
}

#[test]
fn it_runs_in_a_local_set() {
    let log = RefCell::new(Vec::new());
    let set = LocalSet::new();
    runtime().block_on(set.run_until(async {
        let shared = Rc::new(7);
        let seen = tokio::task::spawn_local({
            let shared = shared.clone();
            async move { rejoin::inline(scope!(async { *shared + doubles(&[1]).await })).await.unwrap() }
        });
        let seen = seen.await.unwrap();
        log.borrow_mut().push(seen);
    }));
    assert_eq!(log.into_inner(), [9]);
}

#[test]
fn it_stands_behind_a_method_of_a_foreign_trait() {
    trait Foreign {
        fn ask<'a>(&'a self, n: &'a u32) -> Pin<Box<dyn Future<Output = u32> + Send + 'a>>;
    }
    struct Service(u32);
    impl Foreign for Service {
        fn ask<'a>(&'a self, n: &'a u32) -> Pin<Box<dyn Future<Output = u32> + Send + 'a>> {
            Box::pin(async { rejoin::inline(doubles(&[*n, self.0])).await.unwrap_or(0) })
        }
    }
    assert_eq!(runtime().block_on(Service(3).ask(&4)), 14);
}

#[test]
fn dropped_it_stops_everything_at_once_deepest_first_and_runs_no_defer() {
    let log = Log::new();
    runtime().block_on(async {
        let root = rejoin::inline(scope!(async {
            let _body = log.on_drop("body");
            defer!({ log.add("never: defer") });
            let task = spawn!(scope!(async {
                let _task = log.on_drop("task");
                defer!({ log.add("never: defer of the task") });
                let inner = spawn!(async {
                    let _inner = log.on_drop("inner");
                    log.add("started");
                    pending::<()>().await
                });
                inner.await
            }));
            task.await
        }));
        tokio::select! {
            biased;
            _ = root => unreachable!(),
            () = sleep(Duration::from_millis(5)) => {}
        }
        log.add("dropped");
        yield_now().await;
    });
    log.assert_is(&["started", "inner", "task", "body", "dropped"]);
}

/// What somebody else spawns.
fn elsewhere<F: Future<Output: Send> + Send + 'static>(future: F) {
    drop(tokio::spawn(future));
}

#[test]
fn cancelled_by_its_scope_it_unwinds_with_all_its_clean_up() {
    let log = Log::new();
    runtime().block_on(async {
        let (say, said) = oneshot::channel();
        let shared = log.clone();
        let call = scope!(async move {
            // Made here, so it is a child of this scope, wherever it is polled.
            let root = rejoin::inline(scope!(async move {
                defer!({
                    sleep(Duration::from_millis(1)).await;
                    shared.add("defer");
                });
                let task = spawn!(async {
                    let _task = shared.on_drop("task");
                    pending::<()>().await
                });
                task.await
            }));
            elsewhere(async move { say.send(root.await.unwrap_err().reason().clone()) });
            pending::<()>().await
        });
        rejoin::run(call.timeout(Duration::from_millis(5))).await.unwrap().unwrap_err();
        assert_eq!(said.await.unwrap(), Reason::Deadline);
    });
    log.assert_is(&["task", "defer"]);
}

#[test]
fn it_has_the_deadline_name_and_values_of_the_scope_it_was_made_in() {
    let call = scope!(async {
        let ask = scope!(async {
            let task = spawn!(async {
                let scope = rejoin::current();
                (scope.name().map(String::from), scope.value::<u32>(), scope.deadline().is_some())
            });
            task.await
        });
        rejoin::inline(ask).await
    });
    let call = call.with_value(7_u32).named("around").timeout(Duration::from_secs(60));
    let seen = runtime().block_on(rejoin::run(call)).unwrap().unwrap().unwrap();
    assert_eq!(seen, (Some("around".to_owned()), Some(7), true));
}

#[test]
fn a_limit_inside_unwinds_with_all_its_clean_up() {
    let log = Log::new();
    let call = scope!(async {
        let inner = scope!(async {
            defer!({
                yield_now().await;
                log.add("defer");
            });
            daemon!(async {
                let _daemon = log.on_drop("daemon");
                pending::<()>().await
            });
            let task = spawn!(async {
                let _task = log.on_drop("task");
                pending::<()>().await
            });
            task.await
        });
        inner.timeout(Duration::from_millis(5)).await.unwrap_err();
    });
    runtime().block_on(rejoin::inline(call)).unwrap();
    log.assert_is(&["task", "daemon", "defer"]);
}

#[test]
fn a_panic_of_a_task_stops_its_siblings_and_surfaces() {
    let log = Log::new();
    let runtime = runtime();
    let caught = std::panic::catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(rejoin::inline(scope!(async {
            let sibling = spawn!(async {
                let _sibling = log.on_drop("sibling");
                pending::<()>().await
            });
            let task = spawn!(async {
                yield_now().await;
                panic!("in the task")
            });
            task.await;
            sibling.await;
        })))
    }));
    assert_eq!(caught.unwrap_err().downcast_ref::<&str>(), Some(&"in the task"));
    log.assert_is(&["sibling"]);
}

#[test]
fn after_a_panic_of_the_body_nothing_is_left_of_it() {
    let log = Log::new();
    let mut root = Box::pin(rejoin::inline(scope!(async {
        let task = spawn!(async {
            let _task = log.on_drop("task");
            pending::<()>().await
        });
        yield_now().await;
        if log.count("never") == 0 {
            panic!("in the body");
        }
        task.await;
    })));
    let mut cx = Context::from_waker(Waker::noop());
    let caught = std::panic::catch_unwind(AssertUnwindSafe(|| root.as_mut().poll(&mut cx).is_ready()));
    assert_eq!(caught.unwrap_err().downcast_ref::<&str>(), Some(&"in the body"));
    log.assert_is(&["task"]);
    let again = std::panic::catch_unwind(AssertUnwindSafe(|| root.as_mut().poll(&mut cx).is_ready()));
    assert_eq!(again.unwrap_err().downcast_ref::<&str>(), Some(&"a root was polled after it had panicked"));
}

/// A root inside of it is one of its own: it runs in parallel, and its clean-up runs when it is dropped.
#[test]
fn a_run_below_it_is_a_root_of_its_own() {
    let log = Log::new();
    runtime().block_on(async {
        let shared = log.clone();
        let root = rejoin::inline(scope!(async {
            let own = rejoin::run(scope!(async move {
                defer!({
                    sleep(Duration::from_millis(1)).await;
                    shared.add("defer");
                });
                let task = spawn!(pending::<()>());
                shared.add("started");
                task.await
            }));
            own.await.ok();
        }));
        tokio::select! {
            biased;
            _ = root => unreachable!(),
            () = sleep(Duration::from_millis(5)) => {}
        }
        log.add("dropped");
        rejoin::drain(Duration::from_secs(30)).await.unwrap();
    });
    log.assert_is(&["started", "dropped", "defer"]);
}

#[test]
fn one_inside_of_another_inside_of_a_task() {
    let numbers = [1, 2, 3];
    let sum = runtime().block_on(rejoin::inline(scope!(async {
        let task = spawn!(async { rejoin::inline(doubles(&numbers)).await.unwrap() });
        task.await
    })));
    assert_eq!(sum.unwrap(), 12);
}

/// Tasks that wait are not polled when another is woken.
#[test]
fn a_task_is_polled_only_when_it_was_woken() {
    /// Counts its polls.
    async fn waits(polls: &AtomicUsize, until: oneshot::Receiver<()>) {
        let mut until = pin!(until);
        poll_fn(|cx| {
            polls.fetch_add(1, Ordering::Relaxed);
            until.as_mut().poll(cx)
        })
        .await
        .unwrap();
    }
    let count = if cfg!(miri) { 20 } else { 10_000 };
    let polls = AtomicUsize::new(0);
    runtime()
        .block_on(rejoin::inline(scope!(async {
            let group = task_group!();
            let mut wakes = Vec::new();
            for _ in 0..count {
                let (wake, until) = oneshot::channel();
                wakes.push(wake);
                group.spawn(waits(&polls, until));
            }
            for wake in wakes {
                yield_now().await;
                wake.send(()).unwrap();
            }
            group.join_all().await;
        })))
        .unwrap();
    // Some are woken before they are polled first.
    assert!(polls.load(Ordering::Relaxed) <= 2 * count, "{polls:?}");
}

#[test]
fn a_hundred_thousand_levels() {
    #[scoped]
    async fn down(left: u32) -> u32 {
        if left == 0 {
            return pending().await;
        }
        let task = spawn!(down(left - 1));
        task.await + 1
    }
    let depth = if cfg!(miri) { 20 } else { 100_000 };
    let before = Instant::now();
    runtime().block_on(async {
        let limited = scope!(async { down(depth).timeout(Duration::from_millis(5)).await });
        rejoin::inline(limited).await.unwrap().unwrap_err();
        // And dropped in the middle.
        let mut root = Box::pin(rejoin::inline(down(depth)));
        for _ in 0..depth / 32 {
            tokio::select! {
                biased;
                _ = &mut root => unreachable!(),
                () = yield_now() => {}
            }
        }
        drop(root);
    });
    assert!(before.elapsed() < Duration::from_secs(60), "linear");
}

/// A task that is always ready lets the others of its thread run.
#[test]
fn a_busy_task_starves_nobody() {
    struct Busy;
    impl Future for Busy {
        type Output = ();
        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
            cx.waker().wake_by_ref();
            Poll::Pending
        }
    }
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (send, mut received) = mpsc::channel(1);
        tokio::select! {
            biased;
            _ = rejoin::inline(scope!(async {
                daemon!(Busy);
                let task = spawn!(async { send.send(1).await.unwrap() });
                task.await;
                pending::<()>().await
            })) => unreachable!(),
            () = sleep(Duration::from_millis(5)) => {}
        }
        assert_eq!(received.recv().await, Some(1));
    });
}

/// A group's handle may be used by any thread that can reach it.
#[test]
fn another_thread_may_spawn_into_its_groups() {
    #[scoped]
    async fn fills<'g>(group: TaskGroup<'g, u32>, number: &'g u32) {
        std::thread::scope(|threads| {
            threads.spawn(|| group.spawn(async { *number }));
        });
        group.spawn(async { *number + 1 });
    }
    let number = 7;
    let sum = runtime().block_on(rejoin::inline(scope!(async {
        let group = task_group!();
        fills(group, &number).await;
        group.join_all().await
    })));
    assert_eq!(sum.unwrap(), [7, 8]);
}

#[test]
fn work_handed_to_its_scope_runs_in_it_too() {
    let log = Log::new();
    let shared = log.clone();
    let call = scope!(async {
        rejoin::current().spawn(async move {
            yield_now().await;
            shared.add("work");
        });
        log.add("body");
    });
    runtime().block_on(rejoin::inline(call)).unwrap();
    log.assert_is(&["body", "work"]);
}
