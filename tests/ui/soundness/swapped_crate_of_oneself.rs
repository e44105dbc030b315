//! S0, F3: the same without an option: `::rejoin` is the user's own crate.
extern crate rejoin as real;
extern crate self as rejoin;

pub mod __private {
    pub use real::__private::*;
    pub struct Scoped<F>(pub F);
    impl<F> Scoped<F> {
        pub fn leaf(body: impl FnOnce(EnterLeaf) -> F) -> Self {
            Scoped(body(EnterLeaf(())))
        }
    }
}

use real::prelude::scoped;

#[scoped]
async fn watch(data: &[u32]) -> usize {
    data.len()
}

fn main() {
    let data = vec![1];
    let started = watch(&data).0;
    std::mem::forget(started);
}
