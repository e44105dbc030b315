use rejoin::prelude::*;

struct Answer;

const None: Answer = Answer;

#[scoped]
async fn check(skip: bool) -> Answer {
    let task = spawn!(async { Answer });
    if skip {
        return None;
    }
    task.await
}

fn main() {}
