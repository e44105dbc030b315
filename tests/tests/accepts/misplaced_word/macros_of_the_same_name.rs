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
    let n = self::words::spawn!(1);
    n + tokio::task::spawn_blocking(|| 1).await.unwrap_or_default()
}
