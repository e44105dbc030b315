use rejoin::{scope, scoped};
use std::future::ready;
use tokio::{join, try_join};

/// An ordinary function: these are tokio's.
pub async fn plain() -> u32 {
    let (a, b) = join!(ready(1), ready(2));
    a + b + try_join!(ready(Ok::<_, u32>(3))).map_or(0, |(c,)| c)
}

/// In a scoped body the names are rejoin's, whatever was imported.
#[scoped]
pub async fn ours() -> u32 {
    let (a, b) = join!(plain_call(), ready(2));
    let call = scope!(async {
        let (c,) = join!(ready(3));
        c
    });
    let in_a_block = async {
        let (d, e) = join!(ready(4), ready(5));
        d + e
    };
    a + b + call.await + in_a_block.await
}

#[scoped]
async fn plain_call() -> u32 {
    1
}
