//! S0: the owners of tasks and groups have no name outside.
use rejoin::prelude::*;

fn main() {
    let _ = rejoin::__private::Guard::<u32>::new();
    let _ = rejoin::__private::GroupGuard::<u32>::new();
    let _: Scoped<()> = rejoin::Scoped { body: () };
}
