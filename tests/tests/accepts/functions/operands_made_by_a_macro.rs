use rejoin::prelude::*;

macro_rules! start {
    ($name:ident, $call:expr, $block:block) => {
        #[scoped]
        pub async fn $name() -> Result<u32, String> {
            let first = spawn!($call);
            let second = spawn!($call?);
            let third = spawn!(async $block);
            Ok(first.await? + second.await + third.await)
        }
    };
}

#[scoped]
pub async fn fetch() -> Result<u32, String> {
    Ok(1)
}

start!(check, fetch(), { 1 });
