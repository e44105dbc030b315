use rejoin::prelude::*;

#[scoped]
async fn check() {
    std::thread_local! {
        static LIMIT: u32 = const { tokio::task::yield_now().await; 1 };
    }
}

fn main() {}
