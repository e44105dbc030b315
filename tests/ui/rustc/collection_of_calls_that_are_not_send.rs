use rejoin::prelude::*;

#[scoped]
async fn check() {
    join_all!((0..3).map(|n| async move {
        let counter = std::rc::Rc::new(n);
        tokio::task::yield_now().await;
        *counter
    }));
}

fn main() {}
