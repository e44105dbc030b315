//! Shutdown in two phases: a notice, which idle waits hear, and after the grace a cancellation.

mod end;
mod notice;
pub(crate) mod stragglers;
pub(crate) mod until;

pub use end::Shutdown;
pub use notice::{ShuttingDown, shutting_down};
pub use stragglers::{GraceExceeded, Straggler};
pub use until::{ShutdownExt, UntilShutdown};
