use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    let later = async {
        let task = spawn!(async { 1 });
        task.await
    };
    later.await
}

fn main() {}
