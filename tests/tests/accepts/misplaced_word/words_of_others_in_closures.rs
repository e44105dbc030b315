use rejoin::prelude::*;

mod words {
    macro_rules! spawn {
        ($n:expr) => {
            $n + 1
        };
    }
    pub(crate) use spawn;
}

#[scoped]
pub async fn check() -> u32 {
    let task = 1;
    let add = |n: u32| self::words::spawn!(n) + words::spawn!(task);
    let later = async { tokio::task::yield_now().await };
    later.await;
    add(1)
}
