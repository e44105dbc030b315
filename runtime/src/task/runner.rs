//! The tokio task that drives a child.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::runtime::Handle;

#[cfg(feature = "inspect")]
use crate::inspect::own::OwnTask;
use crate::scope::unit::NodeRef;
#[cfg(feature = "test-util")]
use crate::testing::{hook, shuffle::Pace};

/// Polls a unit until it has ended. Dropped before that, because its runtime shuts down or never
/// took it, it destroys the child's future, so that the child has ended in any case (S7).
pub(crate) struct Runner {
    unit: Option<NodeRef>,
    #[cfg(feature = "test-util")]
    pace: Option<Pace>,
    #[cfg(feature = "inspect")]
    _counted: OwnTask,
}

impl Runner {
    /// Hands `unit` to the current tokio runtime, or to the inline root it is below.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime; the child is then destroyed.
    #[track_caller]
    pub(crate) fn spawn(unit: NodeRef) {
        if let Some(home) = unit.node.home().cloned() {
            home.start(unit);
            return;
        }
        drop(tokio::spawn(Self::new(unit)));
    }

    /// Hands `unit` to the inline root it is below, or to `runtime`; where that is gone, the child is
    /// destroyed.
    ///
    /// # Panics
    ///
    /// Where it is below no inline root and there is no runtime.
    pub(crate) fn spawn_on(unit: NodeRef, runtime: Option<&Handle>) {
        match runtime {
            Some(runtime) if unit.node.home().is_none() => drop(runtime.spawn(Self::new(unit))),
            _ => Self::spawn(unit),
        }
    }

    fn new(unit: NodeRef) -> Self {
        Self {
            unit: Some(unit),
            #[cfg(feature = "test-util")]
            pace: None,
            #[cfg(feature = "inspect")]
            _counted: OwnTask::begin(),
        }
    }
}

impl Future for Runner {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        #[cfg(feature = "test-util")]
        if hook::is_armed() && hook::puts_off(&mut self.pace, cx) {
            return Poll::Pending;
        }
        let Some(unit) = &self.unit else { return Poll::Ready(()) };
        let polled = unit.payload.poll_task(unit, cx);
        if polled.is_ready() {
            self.unit = None;
        }
        polled
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        if let Some(unit) = self.unit.take() {
            unit.payload.abandon(&unit.node);
        }
    }
}
