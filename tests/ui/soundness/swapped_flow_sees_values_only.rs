//! S0, F3: `branch`, `never` and `ControlFlow` are swapped: they are given the user's values.
use rejoin::prelude::*;

mod evil {
    pub mod __private {
        pub use rejoin::__private::{
            ControlFlow, EnterLeaf, Enter, LeafCx, ResultOf, Scoped, Site, Spec,
            TasksAreOpenMoveThisOutOfTheMacro, never,
        };
        pub fn branch<T>(value: T) -> ControlFlow<T, T> {
            let _: rejoin::__private::LeafCx = value;
            loop {}
        }
    }
}

#[scoped(crate = evil)]
async fn body() -> Result<u32, u32> {
    let task = spawn!(async { 1 });
    let value = Ok::<u32, u32>(1)?;
    Ok(task.await + value)
}

fn main() {}
