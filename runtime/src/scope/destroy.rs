//! Destroying on the spot, where nothing can be awaited: the body panicked, or its root was
//! dropped where no runtime is left.

use super::node::Node;
use super::unit::NodeRef;

/// Destroys every task below `top`, deepest first. When the owner of `top` then drops its future,
/// the guards in it find their children gone, so that a chain of 100,000 tasks does not become
/// 100,000 nested destructors.
pub(crate) fn below(top: &Node) {
    let mut order: Vec<NodeRef> = Vec::new();
    let mut next = top.doom();
    while let Some(node) = next.pop() {
        next.extend(node.node.doom());
        order.push(node);
    }
    for node in order.iter().rev() {
        node.payload.kill(&node.node);
    }
}
