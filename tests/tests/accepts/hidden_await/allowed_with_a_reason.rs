use rejoin::prelude::*;

macro_rules! twice {
    ($value:expr) => {
        $value + $value
    };
}

#[scoped(allow(hidden_await, reason = "the macro is ours and runs it twice"))]
pub async fn check() -> u32 {
    twice!(std::future::ready(1).await)
}
