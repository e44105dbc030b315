//! What a program with scoped functions uses: `use rejoin::prelude::*;`.

pub use crate::{BoxScoped, Cancelled, Scoped, Task, TaskGroup};
pub use crate::{daemon, defer, scope, scoped, spawn, task_group};
