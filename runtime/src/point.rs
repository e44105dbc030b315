//! What every cancellation point does: it looks whether it is cut before it goes on, and says so
//! when it has to wait.
//!
//! Tests that try every point, or every order, come in here (feature `test-util`). Without such a
//! test in the process that costs one relaxed load; without the feature, nothing.

use std::task::Context;

use crate::context;
use crate::site::Site;
#[cfg(feature = "test-util")]
use crate::testing::hook;

/// Whether the point at `site` must return `Pending` now instead of going on.
#[inline(always)]
pub(crate) fn holds(site: &'static Site, cx: &Context<'_>) -> bool {
    if context::is_cancelled() {
        context::cut(site);
        return true;
    }
    #[cfg(feature = "test-util")]
    if hook::is_armed() {
        return hook::before(site, cx);
    }
    let _ = cx;
    false
}

/// Says that the point at `site` waits for something that will come.
#[inline(always)]
pub(crate) fn waits(site: &'static Site) {
    context::waits_at(site);
    #[cfg(feature = "test-util")]
    if hook::is_armed() {
        hook::waits(site);
    }
}
