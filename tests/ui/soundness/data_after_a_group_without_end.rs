//! S3: the end of the group is never reached; its data goes first all the same.
use rejoin::prelude::*;

#[scoped]
async fn body() {
    let group = task_group!();
    let data = vec![1];
    group.spawn(async { assert_eq!(data.len(), 1) });
    loop {
        std::future::pending::<()>().await;
    }
}

fn main() {}
