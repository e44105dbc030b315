//! S6, F4: a macro of the user's with a known name is given no await to take apart.
use rejoin::prelude::*;

macro_rules! info {
    ($cx:ident . $at:ident ( $($rest:tt)* ) . await) => {
        std::mem::forget($cx.$at($($rest)*))
    };
    ($call:expr) => { $call };
}

#[scoped]
async fn watch(data: &[u32]) -> usize {
    data.len()
}

#[scoped]
async fn body() -> usize {
    let data = vec![1];
    info!(watch(&data).await)
}

fn main() {}
