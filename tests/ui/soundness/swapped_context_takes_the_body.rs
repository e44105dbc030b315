//! S0, F3: what stands for the context of `scope!` gets a closure, and nothing to call it with.
extern crate rejoin as real;
extern crate self as rejoin;

pub mod __private {
    pub use real::__private::*;
    pub struct LeafCx;
    impl LeafCx {
        pub fn of_expansion() -> Self {
            Self
        }
        pub fn block<F>(self, body: impl FnOnce(EnterLeaf) -> F) -> F {
            let mut started = None;
            let real = real::__private::LeafCx::of_expansion();
            drop(real.block(|enter| {
                started = Some(body(enter));
                async {}
            }));
            started.unwrap()
        }
    }
}

fn main() {
    let data = vec![1];
    let started = real::scope!(async { data.len() });
    std::mem::forget(started);
}
