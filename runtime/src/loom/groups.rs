//! A group and its children.

use super::*;

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
    let state = Unit::new(node, GroupState::new(GroupOptions::new(), origin()));
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
