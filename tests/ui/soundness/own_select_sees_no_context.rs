//! S6, F4: a `select!` of the user's; its handlers are code of the function and are not given to it.
use rejoin::prelude::*;

mod tokio {
    macro_rules! select {
        ($($tokens:tt)*) => { compile_error!(stringify!($($tokens)*)) };
    }
    pub(crate) use select;
}

#[scoped]
async fn watch(data: &[u32]) -> usize {
    data.len()
}

#[scoped]
async fn body() -> usize {
    let data = vec![1];
    tokio::select! {
        _ = std::future::ready(()) => watch(&data).await,
    }
}

fn main() {}
