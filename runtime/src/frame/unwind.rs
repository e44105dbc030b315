//! Undoing a block: its tasks, groups and daemons, last first.

use std::task::Poll;

use crate::reason::{Cause, Reason};
use crate::scope::cancel::cancel;
use crate::scope::node::Kind;
use crate::scope::unit::NodeRef;

/// Cancels and joins everything `frame` has started since `since`: neighbouring tasks together,
/// a daemon when all that was declared below it has ended.
///
/// Pending until all has ended; the unit that polls the frame is then woken.
pub(crate) fn poll(frame: &NodeRef, since: u64) -> Poll<()> {
    while let Some(last) = frame.node.last_entry(since) {
        if last.node.kind() == Kind::Daemon {
            tell(frame, &last);
        } else if !frame.node.is_cancelled() {
            // Otherwise whoever cancels the frame tells them.
            for entry in frame.node.untold_entries(since) {
                tell(frame, &entry);
            }
        }
        if last.payload.poll_ended(&last.node).is_pending() {
            return Poll::Pending;
        }
        last.node.detach();
    }
    Poll::Ready(())
}

/// Passes the frame's own cancellation on, or says that the block was left.
fn tell(frame: &NodeRef, entry: &NodeRef) {
    let cause =
        if frame.node.is_cancelled() { None } else { Some(Cause::new(Reason::Left, entry.node.origin())) };
    cancel(&entry.node, cause);
}
