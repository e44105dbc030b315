//! Structured concurrency for tokio as a small language inside Rust.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod await_point;
mod boundary;
mod call;
mod cancelled;
mod canceller;
mod context;
mod defer;
mod frame;
mod group;
#[cfg(all(test, loom))]
mod loom;
mod reason;
mod report;
mod root;
mod scope;
mod scoped;
mod site;
mod sync;
mod task;

pub use boundary::panicked::Panicked;
pub use call::Call;
pub use cancelled::Cancelled;
pub use canceller::{CancelSource, Canceller};
pub use group::TaskGroup;
pub use reason::Reason;
pub use report::{Event, EventKind, set_event_hook};
pub use root::{Run, StillUnwinding, TryRun, block_on, drain, run, try_run};
pub use scope::{Scope, current, try_current};
pub use scoped::{BoxScoped, Scoped};
pub use site::Site;
pub use task::Task;

#[doc(hidden)]
pub mod __private;
pub mod prelude;

pub use rejoin_macros::{daemon, defer, main, root, scope, scoped, spawn, task_group, test};
