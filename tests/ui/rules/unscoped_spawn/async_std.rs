use rejoin::prelude::*;

mod async_std {
    pub mod task {
        pub fn spawn(_: impl Future) {}
    }
}

#[scoped]
async fn check() {
    async_std::task::spawn(async {});
}

fn main() {}
