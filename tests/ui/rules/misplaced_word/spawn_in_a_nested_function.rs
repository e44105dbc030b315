use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    async fn helper() {
        let _task = spawn!(async { 1 });
    }
    helper().await;
    1
}

fn main() {}
