//! Spans of tasks and named scopes, and events of what happens to them.
//!
//! # Invariants
//!
//! 1. A subscriber may panic at any time. No such panic leaves this file: it would be taken for one of the task's, or
//!    unwind through a destructor.
//! 2. A span is entered and left, and given children and events, by the subscriber that made it, whichever is the
//!    current one on the thread: in another one its number means something else, or nothing.
//! 3. The lock of a `Place` is held while a reference is copied or moved, never while a subscriber runs.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::dispatcher::with_default;
use tracing::field::display;
use tracing::level_filters::LevelFilter;
use tracing::{Id, Level, Span};

use super::capture;
use super::hooks::Ended;
use crate::context;
use crate::report::{self, Event, EventKind};
use crate::scope::node::{Kind, Node};
use crate::scope::unit::NodeRef;
use crate::site::Site;

const LEVEL: Level = Level::DEBUG;

/// Where the span of a node is kept until the node's body is gone.
#[derive(Default)]
pub(crate) struct Place(Mutex<Option<Arc<Span>>>);

impl Place {
    fn get(&self) -> Option<Arc<Span>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn take(&self) -> Option<Arc<Span>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        drop_quietly(self.take());
    }
}

/// Runs what calls a subscriber (invariant 1).
fn quietly<R>(call: impl FnOnce() -> R) -> Option<R> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(result) => Some(result),
        Err(payload) => {
            report::discard(payload);
            None
        }
    }
}

fn drop_quietly(span: Option<Arc<Span>>) {
    // Of two who give it up at the same time one gets it.
    let Some(span) = span.and_then(Arc::into_inner) else { return };
    quietly(|| {
        // A registry gives up its hold on the parent through the current subscriber, whichever that is: without this
        // a span that ends on a thread with another one would keep its parent for ever.
        let subscriber = span.with_subscriber(|(_, subscriber)| subscriber.clone());
        match subscriber {
            Some(subscriber) => with_default(&subscriber, || drop(span)),
            None => drop(span),
        }
    });
}

fn is_on(level: Level) -> bool {
    level <= LevelFilter::current()
}

fn span_of(node: &Node) -> Option<Arc<Span>> {
    node.own_label().and_then(|label| label.span.get())
}

fn nearest(node: &Node) -> Option<Arc<Span>> {
    node.nearest(|label| label.span.get())
}

/// Gives a node that is not in the tree yet its span.
pub(super) fn open(node: &mut Node) {
    // Checked first: without a subscriber that wants it this is all there is to it.
    if !is_on(LEVEL) || !node.kind().is_polled_by_itself() && node.name().is_none() {
        return;
    }
    let span = quietly(|| make(node)).filter(|span| !span.is_disabled());
    if let Some(span) = span {
        node.label().span = Place(Mutex::new(Some(Arc::new(span))));
    }
}

fn make(node: &Node) -> Span {
    let around = node.parent().and_then(|parent| nearest(&parent.node));
    // A span of the user's in between, of `#[instrument]` or of a framework, is the nearer one.
    if let Some(around) = around.filter(|_| !is_started_inside(node) || Span::current().is_none()) {
        return around
            .with_subscriber(|(id, subscriber)| {
                with_default(subscriber, || new_span(node, Some(&Parent(id.clone()))))
            })
            .unwrap_or_else(Span::none);
    }
    new_span(node, None)
}

struct Parent(Id);

/// Whether the code that runs is that of the very scope the node is put into.
fn is_started_inside(node: &Node) -> bool {
    let Some(parent) = node.parent() else { return true };
    let same = |current: &Node, known: &NodeRef| std::ptr::eq(current, &raw const known.node);
    context::with(|current| match current {
        None => false,
        Some(current) if same(current, parent) => true,
        // A group stands between a task and the function that started it.
        Some(current) => {
            parent.node.kind() == Kind::Group
                && parent.node.parent().is_some_and(|owner| same(current, owner))
        }
    })
}

fn new_span(node: &Node, parent: Option<&Parent>) -> Span {
    macro_rules! span {
        ($target:literal, $word:literal) => {{
            let name = node.name();
            let (name, site) = (name.as_deref(), node.origin().site());
            match parent {
                None => tracing::span!(target: $target, LEVEL, $word, name, %site),
                Some(Parent(parent)) => {
                    tracing::span!(target: $target, parent: parent.clone(), LEVEL, $word, name, %site)
                }
            }
        }};
    }
    match node.kind() {
        Kind::Root => span!("rejoin::task", "root"),
        Kind::Task => span!("rejoin::task", "task"),
        Kind::Daemon => span!("rejoin::task", "daemon"),
        _ => span!("rejoin::scope", "scope"),
    }
}

/// A span that was entered; left when this is dropped, on the same thread.
pub(crate) struct Entered(Option<Arc<Span>>);

impl Entered {
    /// Drops it.
    #[inline]
    pub(crate) fn leave(self) {}
}

#[inline]
pub(super) fn enter(node: &Node) -> Entered {
    let span = span_of(node);
    if let Some(span) = &span {
        quietly(|| span.with_subscriber(|(id, subscriber)| subscriber.enter(id)));
    }
    Entered(span)
}

impl Drop for Entered {
    #[inline]
    fn drop(&mut self) {
        if let Some(span) = self.0.take() {
            quietly(|| span.with_subscriber(|(id, subscriber)| subscriber.exit(id)));
            drop_quietly(Some(span));
        }
    }
}

/// The body of the node is gone.
pub(super) fn close(node: &Node) {
    drop_quietly(node.own_label().and_then(|label| label.span.take()));
}

/// Says something in the span of `node`, or the nearest around it.
fn say(node: &Node, say: impl FnOnce()) {
    let span = nearest(node);
    quietly(|| match &span {
        Some(span) => {
            span.with_subscriber(|(id, subscriber)| {
                with_default(subscriber, || {
                    subscriber.enter(id);
                    // Left again whatever the subscriber does.
                    let said = catch_unwind(AssertUnwindSafe(say));
                    subscriber.exit(id);
                    if let Err(payload) = said {
                        report::discard(payload);
                    }
                });
            });
        }
        None => say(),
    });
    drop_quietly(span);
}

pub(super) fn cancelled(node: &Node) {
    if !is_on(LEVEL) {
        return;
    }
    let Some(cause) = node.own_cause() else { return };
    say(node, || {
        let (name, started, reason) = (node.name(), node.origin().site(), cause.reason);
        let awaiting = capture::awaiting(node).map(|awaiting| display(awaiting.site()));
        let origin = cause.origin.site();
        tracing::event!(
            target: "rejoin::cancel", LEVEL,
            name = name.as_deref(), site = %started, %reason, %origin, awaiting, "cancelled"
        );
    });
}

/// Tells how a task or scope ended, if it is `known`, and closes the span of a task.
pub(super) fn ended(node: &Node, ended: &Ended<'_>, known: bool) {
    match ended {
        Ended::Panicked(text) if is_on(Level::ERROR) => say(node, || {
            let (name, site) = (node.name(), node.origin().site());
            tracing::event!(
                target: "rejoin::task", Level::ERROR, name = name.as_deref(), %site, panic = *text, "panicked"
            );
        }),
        Ended::Cancelled(cut) if is_on(LEVEL) && (known || cut.is_some()) => stopped(node, *cut),
        _ => {}
    }
    if node.kind().is_polled_by_itself() {
        close(node);
    }
}

fn stopped(node: &Node, cut: Option<&'static Site>) {
    say(node, || {
        let (name, started) = (node.name(), node.origin().site());
        let seen = capture::awaiting(node).map(|awaiting| awaiting.site());
        let awaiting = cut.filter(|site| site.line() != 0).copied().or(seen).map(display);
        let cause = node.near_cause(super::hooks::NEAR).flatten();
        let origin = cause.as_ref().map(|cause| display(cause.origin.site()));
        let reason = cause.map(|cause| display(cause.reason));
        tracing::event!(
            target: "rejoin::cancel", LEVEL,
            name = name.as_deref(), site = %started, reason, origin, awaiting, "stopped"
        );
    });
}

pub(super) fn event(event: &Event) {
    macro_rules! say {
        ($level:expr) => {
            if is_on($level) {
                quietly(|| {
                    tracing::event!(
                        target: "rejoin::report", $level,
                        event = event.kind().word(), site = %event.site(), detail = event.detail(), "{event}"
                    );
                });
            }
        };
    }
    match event.kind() {
        // Said when the task ended.
        EventKind::TaskPanicked => {}
        EventKind::LostPanic => say!(Level::ERROR),
        _ => say!(Level::WARN),
    }
}
