//! S0, F3: what stands for `Scoped` gets a closure, and nothing to call it with.
use rejoin::prelude::*;

mod evil {
    pub mod __private {
        pub use rejoin::__private::*;
        pub struct Scoped<F>(pub F);
        impl<F: FnOnce(EnterLeaf) -> T, T> Scoped<(F, T)> {
            pub fn leaf(body: F) -> T {
                body(EnterLeaf(()))
            }
        }
    }
}

#[scoped(crate = evil)]
async fn watch(data: &[u32]) -> usize {
    data.len()
}

fn main() {}
