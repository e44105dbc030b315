//! What a program with scoped functions uses: `use rejoin::prelude::*;`.

pub use crate::{BoxScoped, Cancelled, Scoped, ShutdownExt as _, Task, TaskGroup};
pub use crate::{
    daemon, defer, join, join_all, race, race_ok, scope, scoped, spawn, spawn_blocking, task_group, try_join,
    try_join_all,
};
