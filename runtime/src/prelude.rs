//! What a program with scoped functions uses: `use rejoin::prelude::*;`.

pub use crate::{BoxScoped, Cancelled, Scoped, Task, TaskGroup};
pub use crate::{daemon, defer, join, race, scope, scoped, spawn, task_group, try_join};
