//! The tree of scopes.

use super::*;

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
