//! The notice that a scope is shutting down, and its end.

use tokio_util::sync::CancellationToken;

use super::{BEQUEATHED, CLOSED, HELD, Kind, Node, STOPPING, VALUED};
use crate::sync::Ordering;

impl Node {
    /// Whether this scope, or one around it, shuts down.
    #[inline]
    pub(crate) fn is_stopping(&self) -> bool {
        self.flags.load(Ordering::Acquire) & STOPPING != 0
    }

    /// A token that is cancelled when the scope is told that it shuts down.
    pub(crate) fn stopping(&self) -> CancellationToken {
        let token = self.inner.lock().rare_mut().stopping.get_or_insert_default().clone();
        // The bit is set before the teller looks for the token, both under the lock.
        if self.is_stopping() {
            token.cancel();
        }
        token
    }

    /// Says that a cancellation of this very scope becomes a value: the type of its boundary says so.
    pub(crate) fn valued(self) -> Self {
        self.set_flags(VALUED);
        self
    }

    /// Whether a cancellation of this very scope becomes a value.
    pub(crate) fn makes_value(&self) -> bool {
        self.kind() == Kind::Root || self.flags.load(Ordering::Acquire) & VALUED != 0
    }

    /// Of a boundary: whether its body has ended, and all that was handed to it.
    pub(crate) fn has_ended(&self) -> bool {
        let flags = self.flags.load(Ordering::Acquire);
        if flags & CLOSED == 0 || flags & HELD == 0 {
            return flags & CLOSED != 0;
        }
        let inner = self.inner.lock();
        // Under the lock: who destroys a scope closes it before what was handed to it has ended.
        let flags = self.flags.load(Ordering::Acquire);
        let held = inner.rare().map_or(0, |rare| rare.held);
        flags & CLOSED != 0 && (held == 0 || flags & BEQUEATHED != 0)
    }
}
