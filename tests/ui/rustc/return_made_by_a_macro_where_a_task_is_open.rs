use rejoin::prelude::*;

macro_rules! unless {
    ($condition:ident) => {
        if !$condition {
            return 0;
        }
    };
}

#[scoped]
async fn check(wanted: bool) -> u32 {
    let task = spawn!(async { 1 });
    unless!(wanted);
    task.await
}

fn main() {}
