use rejoin::prelude::*;

#[scoped]
async fn check(again: bool) {
    let mut last = None;
    if again {
        let task = spawn!(async { 1 });
        last = Some(task);
    }
    drop(last);
}

fn main() {}
