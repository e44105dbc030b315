//! Telling a scope that it shuts down: a notice, which stops nothing by itself.
//!
//! # Invariants
//!
//! 1. As `cancel`: a loop over a list, one node's lock at a time, tokens after all locks.
//! 2. A notice reaches everything below, shields and daemons included: nothing is cut by it.
//! 3. `STOPPING` is set, and the children are read, under the node's lock; who attaches later reads
//!    it under the same lock. So no child is missed.

use super::node::{Node, STOPPING};
use super::unit::NodeRef;
use crate::report;

/// Tells `target` and everything below it, now and in the future.
pub(crate) fn notify(target: &Node) {
    let (mut todo, mut tokens) = (Vec::<NodeRef>::new(), Vec::new());
    let mut tell = |node: &Node, todo: &mut Vec<NodeRef>| {
        let inner = node.inner();
        if node.set_flags(STOPPING) & STOPPING != 0 {
            // Whoever is below was told with it, or born so.
            return;
        }
        tokens.extend(inner.rare().and_then(|rare| rare.stopping.clone()));
        todo.extend(inner.children().cloned());
    };
    tell(target, &mut todo);
    while let Some(next) = todo.pop() {
        tell(&next.node, &mut todo);
    }
    for token in tokens {
        report::quietly(target.origin(), || token.cancel());
    }
}
