//! Models of what threads race for, run by loom under every interleaving: `.ci/loom`.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use loom::thread;

use crate::context;
use crate::group::options::GroupOptions;
use crate::group::store::{Collect, GroupState};
use crate::reason::{Cause, Reason};
use crate::scope::cancel::cancel;
use crate::scope::destroy;
use crate::scope::node::{Kind, Node};
use crate::scope::notify::notify;
use crate::scope::unit::{NodeRef, Unit};
use crate::site::{Origin, Site};
use crate::task::guard;
use crate::task::slot::{Outcome, Sink, Slot, TaskPayload};

fn origin() -> Origin {
    Origin::Site(Site::NOWHERE)
}

fn cause() -> Option<Cause> {
    Some(Cause::new(Reason::Shutdown, Site::NOWHERE))
}

/// A waker that remembers that it was woken.
#[derive(Default)]
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl Flag {
    fn woken(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

fn waker() -> (Arc<Flag>, Waker) {
    let flag = Arc::new(Flag::default());
    (flag.clone(), Waker::from(flag))
}

/// Counts its drops.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Keeps the value, as a task does.
struct Keep;

impl<T: Send> Sink<T> for Keep {
    type Stored = T;

    fn complete(&self, _: &Node, outcome: Outcome<T>) -> Option<T> {
        match outcome {
            Outcome::Value(value) => Some(value),
            Outcome::Panicked(_) | Outcome::Stopped => None,
        }
    }
}

fn root() -> NodeRef {
    Unit::share(Unit::new(Node::unit(Kind::Root, origin(), None), ()))
}

/// A frame of a root.
fn frame(root: &NodeRef) -> NodeRef {
    let frame = Unit::share(Unit::new(Node::inline(Kind::Frame, origin(), Some(root.clone())), ()));
    Node::attach(root, &frame);
    frame
}

/// A child of `parent`.
fn child<F>(parent: &NodeRef, future: F) -> (Arc<Unit<Slot<F, Keep>>>, NodeRef)
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    let node = Node::unit(Kind::Task, origin(), Some(parent.clone()));
    let slot = Unit::new(node, Slot::new(future, Keep));
    let node = Unit::share(slot.clone());
    Node::attach(parent, &node);
    (slot, node)
}

/// A child that is ready at its second poll and holds a counted value until then.
fn two_polls(held: Arc<AtomicUsize>, output: Arc<AtomicUsize>) -> impl Future<Output = Counted> + Send {
    let held = Counted(held);
    let mut polls = 0;
    poll_fn(move |cx| {
        let _held = &held;
        polls += 1;
        if polls == 2 {
            Poll::Ready(Counted(output.clone()))
        } else {
            cx.waker().wake_by_ref();
            context::waits();
            Poll::Pending
        }
    })
}

fn model(test: impl Fn() + Send + Sync + 'static) {
    loom::model(test);
}

/// A runner polls a child to its end while its owner destroys it: the future is dropped once, the
/// output as often as it was made, and both are gone when the owner goes on.
#[test]
fn complete_against_guard_drop() {
    model(|| {
        let (held, output) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let root = root();
        let (slot, node) = child(&root, two_polls(held.clone(), output.clone()));
        let runner = {
            let node = node.clone();
            thread::spawn(move || {
                let (_, waker) = waker();
                let mut cx = Context::from_waker(&waker);
                let first = node.payload.poll_task(&node, &mut cx);
                if first.is_pending() {
                    let _ = node.payload.poll_task(&node, &mut cx);
                }
            })
        };
        guard::end(&*slot);
        assert_eq!(held.load(Ordering::SeqCst), 1, "the future is gone");
        let gone = output.load(Ordering::SeqCst);
        runner.join().unwrap();
        drop((slot, node));
        assert_eq!(held.load(Ordering::SeqCst), 1, "and was dropped once");
        assert_eq!(output.load(Ordering::SeqCst), gone, "the output was gone by then");
    });
}

/// The same with somebody who destroys from above, as a dropped grandparent does.
#[test]
fn two_destroyers_and_a_runner() {
    model(|| {
        let (held, output) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let root = root();
        let frame = frame(&root);
        let (slot, node) = child(&frame, two_polls(held.clone(), output.clone()));
        let above = thread::spawn(move || destroy::below(&root.node));
        let runner = {
            let node = node.clone();
            thread::spawn(move || {
                let (_, waker) = waker();
                let mut cx = Context::from_waker(&waker);
                if node.payload.poll_task(&node, &mut cx).is_pending() {
                    let _ = node.payload.poll_task(&node, &mut cx);
                }
            })
        };
        guard::end(&*slot);
        assert_eq!(held.load(Ordering::SeqCst), 1, "the future is gone");
        let gone = output.load(Ordering::SeqCst);
        above.join().unwrap();
        runner.join().unwrap();
        drop((slot, node, frame));
        assert_eq!(held.load(Ordering::SeqCst), 1, "and was dropped once");
        assert_eq!(output.load(Ordering::SeqCst), gone, "the output was gone by then");
    });
}

/// A unit waits while it is cancelled: it sees the cancellation or is woken.
#[test]
fn register_waker_against_cancel() {
    model(|| {
        let root = root();
        let frame = frame(&root);
        let canceller = {
            let frame = frame.clone();
            thread::spawn(move || cancel(&frame.node, cause()))
        };
        let (flag, waker) = waker();
        let cx = Context::from_waker(&waker);
        root.node.begin_poll();
        let seen = frame.node.is_cancelled();
        let again = !seen && root.node.park(&cx, false);
        canceller.join().unwrap();
        assert!(seen || again || flag.woken(), "the cancellation is lost");
    });
}

/// A frame waits for its last child while that ends: it sees the end or is woken.
#[test]
fn last_child_against_waiting_frame() {
    model(|| {
        let root = root();
        let frame = frame(&root);
        let (slot, node) = child(&frame, poll_fn(|_| Poll::Ready(7_u32)));
        let runner = {
            let node = node.clone();
            thread::spawn(move || {
                let (_, waker) = waker();
                let _ = node.payload.poll_task(&node, &mut Context::from_waker(&waker));
            })
        };
        let (flag, waker) = waker();
        let cx = Context::from_waker(&waker);
        root.node.begin_poll();
        let ended = node.payload.poll_ended(&node.node).is_ready();
        let again = !ended && root.node.park(&cx, false);
        if ended {
            assert_eq!(slot.payload.take(), Some(7), "the value came before the end");
        }
        runner.join().unwrap();
        assert!(ended || again || flag.woken(), "the end is lost");
    });
}

/// A child is cancelled while it is polled: it ends by its value or unwinds, once.
#[test]
fn complete_against_cancel() {
    model(|| {
        let root = root();
        let (slot, node) = child(
            &root,
            poll_fn(|_| {
                if context::is_cancelled() {
                    context::cut(Site::NOWHERE);
                    return Poll::Pending;
                }
                Poll::Ready(7_u32)
            }),
        );
        let runner = {
            let node = node.clone();
            thread::spawn(move || {
                let (_, waker) = waker();
                assert!(node.payload.poll_task(&node, &mut Context::from_waker(&waker)).is_ready());
            })
        };
        cancel(&root.node, cause());
        runner.join().unwrap();
        assert!(slot.payload.is_done());
        assert!(matches!(slot.payload.take(), None | Some(7)));
    });
}

/// A scope ends while a root is handed to it: it waits, or refuses.
#[test]
fn adoption_against_completion() {
    model(|| {
        let scope = root();
        let adopter = {
            let scope = scope.clone();
            thread::spawn(move || {
                let held = scope.node.hold();
                if held {
                    scope.node.release();
                }
                held
            })
        };
        let (flag, waker) = waker();
        let cx = Context::from_waker(&waker);
        scope.node.begin_poll();
        let closed = scope.node.close();
        let again = !closed && scope.node.park(&cx, false);
        let held = adopter.join().unwrap();
        assert!(closed || held, "nobody holds a scope that does not end");
        assert!(closed || again || flag.woken(), "the release is lost");
        assert!(scope.node.close(), "and it ends at last");
    });
}

/// A child attaches while its parent is cancelled: it is refused, or told.
#[test]
fn spawn_against_cancel() {
    model(|| {
        let root = root();
        let spawner = {
            let root = root.clone();
            thread::spawn(move || {
                let node = Node::unit(Kind::Task, origin(), Some(root.clone()));
                let slot = Unit::new(node, Slot::new(poll_fn(|_| Poll::<()>::Pending), Keep));
                let node = Unit::share(slot);
                Node::attach(&root, &node).map(|_| node)
            })
        };
        cancel(&root.node, cause());
        if let Some(node) = spawner.join().unwrap() {
            assert!(node.node.is_cancelled(), "a child that was accepted has been told");
            node.node.detach();
        }
    });
}

/// A child attaches, and another below it, while notice is given: both are told.
#[test]
fn spawn_against_notice() {
    model(|| {
        let root = root();
        let spawner = {
            let root = root.clone();
            thread::spawn(move || {
                let frame = frame(&root);
                let below =
                    Unit::share(Unit::new(Node::inline(Kind::Group, origin(), Some(frame.clone())), ()));
                Node::attach(&frame, &below);
                (frame, below)
            })
        };
        notify(&root.node);
        let (frame, below) = spawner.join().unwrap();
        assert!(frame.node.is_stopping() && below.node.is_stopping(), "a child has missed the notice");
        below.node.detach();
        frame.node.detach();
    });
}

/// Somebody begins to wait for the notice while it is given: he hears it.
#[test]
fn wait_against_notice() {
    model(|| {
        let root = root();
        let teller = {
            let root = root.clone();
            thread::spawn(move || notify(&root.node))
        };
        let token = root.node.stopping();
        teller.join().unwrap();
        assert!(token.is_cancelled(), "the notice is lost");
    });
}

/// A scope ends while somebody begins to wait for that: he sees the end, or is woken.
#[test]
fn end_against_watcher() {
    model(|| {
        let root = root();
        let ender = {
            let root = root.clone();
            thread::spawn(move || {
                root.node.bequeath();
                root.node.wake_watchers();
            })
        };
        let (flag, waker) = waker();
        root.node.watch(&Context::from_waker(&waker));
        let seen = root.node.has_ended();
        ender.join().unwrap();
        assert!(seen || flag.woken(), "the end is lost");
    });
}

/// A poll is in progress on another thread when the runner's runtime goes away and the owner
/// destroys the child: nobody is left waiting.
#[test]
fn runner_dropped_against_guard_drop() {
    model(|| {
        let held = Arc::new(AtomicUsize::new(0));
        let root = root();
        let counted = Counted(held.clone());
        let (_, node) = child(
            &root,
            poll_fn(move |_| {
                let _counted = &counted;
                context::waits();
                Poll::<()>::Pending
            }),
        );
        let runner = {
            let node = node.clone();
            thread::spawn(move || {
                let (_, waker) = waker();
                let _ = node.payload.poll_task(&node, &mut Context::from_waker(&waker));
                node.payload.abandon(&node.node);
            })
        };
        node.payload.kill(&node.node);
        assert_eq!(held.load(Ordering::SeqCst), 1);
        runner.join().unwrap();
        assert_eq!(held.load(Ordering::SeqCst), 1);
    });
}

/// The owner waits for the next output while the last child ends: it gets the output, and then
/// sees that nothing is left.
#[test]
fn last_child_of_a_group_against_next() {
    model(|| {
        let root = root();
        let node = Node::unit(Kind::Group, origin(), Some(root.clone()));
        let state = Unit::new(node, GroupState::new(GroupOptions::new(), origin()));
        let group = Unit::share(state.clone());
        Node::attach(&root, &group);
        // SAFETY: (S7) the child below is the group's.
        let sink = unsafe { Collect::below_its_group() };
        let node = Node::unit(Kind::Task, origin(), Some(group.clone()));
        let node = Unit::share(Unit::new(node, Slot::new(poll_fn(|_| Poll::Ready(7_u32)), sink)));
        Node::attach(&group, &node);
        let runner = thread::spawn(move || {
            let (_, waker) = waker();
            let _ = node.payload.poll_task(&node, &mut Context::from_waker(&waker));
        });
        let (flag, waker) = waker();
        let cx = Context::from_waker(&waker);
        let mut found = state.poll_next(&cx);
        runner.join().unwrap();
        if found.is_pending() {
            assert!(flag.woken(), "the output is lost");
            found = state.poll_next(&cx);
        }
        assert_eq!(found, Poll::Ready(Some(7)));
        assert_eq!(state.poll_next(&cx), Poll::Ready(None));
    });
}

/// A group with one child that holds a counted value until its second poll, and its unit.
fn group_of_one(
    root: &NodeRef,
    held: &Arc<AtomicUsize>,
) -> (Arc<Unit<GroupState<Counted>>>, NodeRef, NodeRef) {
    let node = Node::unit(Kind::Group, origin(), Some(root.clone()));
    let state = Unit::new(node, GroupState::new());
    let group = Unit::share(state.clone());
    Node::attach(root, &group);
    // SAFETY: (S7) the child below is the group's.
    let sink = unsafe { Collect::below_its_group() };
    let node = Node::unit(Kind::Task, origin(), Some(group.clone()));
    let child = Slot::new(two_polls(held.clone(), Arc::new(AtomicUsize::new(0))), sink);
    let node = Unit::share(Unit::new(node, child));
    Node::attach(&group, &node);
    (state, group, node)
}

/// The block of a group goes away while its child ends: when the group has no child any more the future
/// is gone, and all that the child has produced is in the queue.
#[test]
fn last_child_of_a_group_against_its_guard() {
    model(|| {
        let held = Arc::new(AtomicUsize::new(0));
        let root = root();
        let (state, group, node) = group_of_one(&root, &held);
        let runner = thread::spawn(move || {
            let (_, waker) = waker();
            let mut cx = Context::from_waker(&waker);
            if node.payload.poll_task(&node, &mut cx).is_pending() {
                let _ = node.payload.poll_task(&node, &mut cx);
            }
        });
        if !group.node.is_childless(true) {
            destroy::below(&group.node);
        }
        assert!(group.node.is_childless(true), "the group's guard goes on");
        assert_eq!(held.load(Ordering::SeqCst), 1, "the future is gone");
        drop(state.take_all());
        runner.join().unwrap();
        assert!(state.take_all().is_empty(), "nothing came after that");
        assert_eq!(held.load(Ordering::SeqCst), 1, "and was dropped once");
    });
}

/// Somebody joins a group while its last child ends: it sees the end or is woken.
#[test]
fn last_child_of_a_group_against_join() {
    model(|| {
        let root = root();
        let (state, _, node) = group_of_one(&root, &Arc::new(AtomicUsize::new(0)));
        let runner = thread::spawn(move || {
            let (_, waker) = waker();
            let mut cx = Context::from_waker(&waker);
            let _ = node.payload.poll_task(&node, &mut cx);
            let _ = node.payload.poll_task(&node, &mut cx);
        });
        let (flag, waker) = waker();
        let cx = Context::from_waker(&waker);
        let closed = state.poll_closed(&cx).is_ready();
        let found = closed.then(|| state.take_all().len());
        runner.join().unwrap();
        assert!(closed || flag.woken(), "the end is lost");
        assert!(state.poll_closed(&cx).is_ready());
        assert_eq!(found.unwrap_or_else(|| state.take_all().len()), 1);
    });
}

/// A root is polled with another waker while it is woken: one of the two polls finds the wake-up, or
/// the second waker is woken.
#[test]
fn moved_root_against_wake() {
    model(|| {
        let root = root();
        let word = Arc::new(AtomicBool::new(false));
        let poll = |waker: &Waker| {
            loop {
                root.node.begin_poll();
                let seen = word.load(Ordering::SeqCst);
                if seen || !root.node.park(&Context::from_waker(waker), true) {
                    return seen;
                }
            }
        };
        let (_, first) = waker();
        let before = poll(&first);
        let other = {
            let (root, word) = (root.clone(), word.clone());
            thread::spawn(move || {
                word.store(true, Ordering::SeqCst);
                root.node.wake();
            })
        };
        let (flag, second) = waker();
        let seen = before || poll(&second);
        other.join().unwrap();
        assert!(seen || flag.woken(), "the wake-up is lost");
    });
}

/// A scope is cancelled for a cause of its own and from above at the same time, while it starts a
/// child: the child is cancelled, once, and the cause is there only if it came first.
#[test]
fn two_cancellations_and_a_start() {
    model(|| {
        let root = root();
        let frame = frame(&root);
        let own = {
            let frame = frame.clone();
            thread::spawn(move || cancel(&frame.node, cause()))
        };
        let above = {
            let frame = frame.clone();
            thread::spawn(move || cancel(&frame.node, None))
        };
        let node = Node::inline(Kind::Frame, origin(), Some(frame.clone()));
        let child = Unit::share(Unit::new(node, ()));
        Node::attach(&frame, &child);
        let (own, above) = (own.join().unwrap(), above.join().unwrap());
        assert!(own != above, "one of the two came first");
        assert_eq!(frame.node.own_cause().is_some(), own);
        assert!(frame.node.is_cancelled());
        assert!(child.node.is_cancelled(), "the child was told, or born cancelled");
    });
}
