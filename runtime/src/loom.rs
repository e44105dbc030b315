//! Models of what threads race for, run by loom under every interleaving: `.ci/loom`.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use loom::thread;

use crate::context;
use crate::group::store::{Collect, GroupState};
use crate::reason::{Cause, Reason};
use crate::scope::cancel::cancel;
use crate::scope::destroy;
use crate::scope::node::{Kind, Node};
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
        let state = Unit::new(node, GroupState::new());
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
