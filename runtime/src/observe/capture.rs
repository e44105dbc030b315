//! Makes a [`Tree`] of the tree of scopes.
//!
//! # Invariants
//!
//! 1. The walk is a loop over a list, never a recursion: 100,000 levels are one stack frame.
//! 2. One node's lock is held at a time, for as long as it takes to copy the references to its children.
//! 3. Nothing is polled, woken or changed. A reference the walk holds may be the last one to a node when it is
//!    dropped: by then everything of the user's has left it (`slot` invariant 5, S3).

use std::ptr;
use std::time::SystemTime;

use tokio::time::Instant;

use super::clock::{self, Elapsed};
use super::entry::{Await, Entry};
use super::tree::{EntryKind, State, Tree};
use crate::scope::node::{Kind, Node};
use crate::scope::unit::NodeRef;
use crate::site::HANDED_OVER;

pub(super) fn below(tops: impl IntoIterator<Item = NodeRef>) -> Tree {
    let moment = Moment { clock: clock::look(), instant: Instant::now() };
    let mut entries: Vec<Entry> = Vec::new();
    walk(tops, |node, parent| entries.push(moment.entry(node, entries.len(), parent)));
    for index in (0..entries.len()).rev() {
        let end = entries[index].end;
        if let Some(parent) = entries[index].parent {
            let end = end.max(entries[parent].end);
            entries[parent].end = end;
        }
    }
    Tree { taken: SystemTime::now(), entries }
}

/// Visits all nodes below and including `tops`, each before those below it, with its parent's number in
/// this order.
pub(super) fn walk(tops: impl IntoIterator<Item = NodeRef>, mut visit: impl FnMut(&NodeRef, Option<usize>)) {
    let mut todo: Vec<(NodeRef, Option<usize>)> = tops.into_iter().map(|top| (top, None)).collect();
    todo.reverse();
    let mut number = 0;
    while let Some((node, parent)) = todo.pop() {
        visit(&node, parent);
        todo.extend(node.node.children().into_iter().rev().map(|child| (child, Some(number))));
        number += 1;
    }
}

struct Moment {
    clock: u32,
    instant: Instant,
}

impl Moment {
    fn entry(&self, unit: &NodeRef, index: usize, parent: Option<usize>) -> Entry {
        let node = &unit.node;
        let kind = kind(node.kind());
        let seen = node.seen.glance();
        let polled = seen.polls != 0;
        let state = if unit.payload.has_ended() {
            State::Ended
        } else if seen.polling {
            State::Running
        } else if kind.is_task() && !polled {
            State::New
        } else {
            State::Waiting
        };
        let cancelled = state != State::Ended && node.is_cancelled();
        let deadline = node.deadline();
        Entry {
            index,
            end: index + 1,
            parent,
            kind,
            name: node.name(),
            started: node.origin().site(),
            state,
            awaiting: awaiting(node),
            polls: seen.polls,
            age: Elapsed::between(node.born(), self.clock),
            last_poll: polled.then(|| Elapsed::between(seen.polled, self.clock)),
            deadline,
            remaining: deadline.map(|deadline| deadline.saturating_duration_since(self.instant)),
            stopping: state != State::Ended && node.is_stopping(),
            reason: cancelled.then(|| node.cause()).flatten().map(|cause| cause.reason),
            cancelled: cancelled.then(|| self::cancelled(node, self.clock)),
        }
    }
}

/// When a node was cancelled: itself, or the scope around it that took it along.
pub(super) fn cancelled(node: &Node, now: u32) -> Elapsed {
    Elapsed::between(node.cancelled_at(), now)
}

/// Where the body of a node waits, or has waited last.
pub(super) fn awaiting(node: &Node) -> Option<Await> {
    let seen = node.seen.glance();
    let exact = !seen.hidden || seen.polling || seen.said.is_in_macro();
    let started = || node.origin().site();
    let (site, cut) = match seen.said.site() {
        Some((site, cut)) if site.line() != 0 => (*site, cut),
        // The future it was started with is all there is to wait for.
        Some((site, cut)) if ptr::eq(site, &raw const HANDED_OVER) => (started(), cut),
        Some(_) => return None,
        None if seen.hidden && node.kind().is_polled_by_itself() => (started(), false),
        None => return None,
    };
    Some(Await { site, exact, cut })
}

fn kind(kind: Kind) -> EntryKind {
    match kind {
        Kind::Root => EntryKind::Root,
        Kind::Boundary | Kind::Guest => EntryKind::Scope,
        Kind::Branch => EntryKind::Branch,
        Kind::Shield => EntryKind::Shield,
        Kind::Cleanup => EntryKind::Cleanup,
        Kind::Frame => EntryKind::Function,
        Kind::Task => EntryKind::Task,
        Kind::Daemon => EntryKind::Daemon,
        Kind::Group => EntryKind::Group,
    }
}
