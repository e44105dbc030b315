use rejoin::prelude::*;

#[scoped]
async fn check(done: bool) {
    'work: {
        let task = spawn!(async { 1 });
        if done {
            break 'work;
        }
        task.await;
    }
}

fn main() {}
