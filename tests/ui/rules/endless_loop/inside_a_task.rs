use rejoin::prelude::*;

#[scoped]
async fn check() {
    let task = spawn!(async {
        loop {
            std::hint::spin_loop();
        }
    });
    task.await
}

fn main() {}
