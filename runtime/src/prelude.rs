//! What a program with scoped functions uses: `use rejoin::prelude::*;`.

pub use crate::{BoxScoped, Cancelled, Scoped, ShutdownExt as _, Task, TaskGroup};
pub use crate::{daemon, defer, join, race, scope, scoped, spawn, spawn_blocking, task_group, try_join};
