//! Models of what threads race for, run by loom under every interleaving: `.ci/loom`.

mod groups;
mod tasks;
mod tree;

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
