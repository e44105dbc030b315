//! The only names the expansion may use. Not for users: nothing here is stable, and nothing here
//! that could harm is callable without `unsafe` or a value that only the expansion is given.

pub use crate::await_point::{At, DroppedFirst, FramePoint, Point};
pub use crate::combine::nobody_is_left;
pub use crate::defer::{CleanupError, Left, Region};
pub use crate::frame::context::{Cx, EnterLeaf, FrameCx, LeafCx};
pub use crate::frame::exit::{
    Loose, ResultOf, ReturnOf, Strict, TasksAreOpenMoveThisOutOfTheMacro, branch, never,
};
pub use crate::frame::{Enter, Frame};
pub use crate::group::options::GroupOptions;
#[cfg(feature = "main")]
pub use crate::root::main::MainSetup;
pub use crate::root::test::TestSetup;
pub use crate::root::{root_result, run};
pub use crate::scoped::{BoxScoped, Scoped, boxed, boxed_local, call, stub};
pub use crate::site::Site;
pub use crate::task::start::Spec;
pub use std::ops::ControlFlow;
#[cfg(feature = "tracing")]
pub use tracing;
