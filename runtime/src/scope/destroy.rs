//! Destroying on the spot, where nothing can be awaited: the body panicked, or its root was
//! dropped where no runtime is left.

use super::cancel::cancel;
use super::node::Node;
use super::unit::NodeRef;

/// Destroys every task below `top`, deepest first, and of those beside each other the last first, as
/// they would unwind. When the owner of `top` then drops its future,
/// the guards in it find their children gone, so that a chain of 100,000 tasks does not become
/// 100,000 nested destructors.
///
/// It stops at inline roots: what is below one may have borrowed from where the root was forgotten, or
/// belong to another thread, and is destroyed by its holder alone (S2). Such a root is cancelled.
pub(crate) fn below(top: &Node) {
    let mut order: Vec<NodeRef> = Vec::new();
    let mut apart: Vec<NodeRef> = Vec::new();
    let mut next = top.doom();
    next.reverse();
    while let Some(node) = next.pop() {
        if node.node.is_inline_root() {
            apart.push(node);
            continue;
        }
        next.extend(node.node.doom().into_iter().rev());
        order.push(node);
    }
    for node in order.iter().rev() {
        node.payload.kill(&node.node);
    }
    for root in apart {
        cancel(&root.node, None);
    }
}
