//! A task and its guard.

use super::*;

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
