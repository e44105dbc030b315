//! S0, F3: a crate of the user's stands for ours, with a guard that is never dropped.
use rejoin::prelude::*;

mod evil {
    pub mod __private {
        pub use rejoin::__private::*;
        pub struct Guard;
        impl Guard {
            pub fn new<T>() -> std::mem::ManuallyDrop<Option<T>> {
                std::mem::ManuallyDrop::new(None)
            }
        }
        pub struct Scoped<F>(pub F);
        impl<F> Scoped<F> {
            pub fn framed<S>(body: F, _: S) -> Self {
                Scoped(body)
            }
        }
    }
}

#[scoped(crate = evil)]
async fn watch(data: &[u32]) -> usize {
    let task = spawn!(async { data.len() });
    task.await
}

fn main() {
    let started = watch(&[1]).0;
    let _: Box<dyn Future<Output = usize>> = Box::new(started);
}
