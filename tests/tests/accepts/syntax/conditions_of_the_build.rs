use rejoin::prelude::*;

#[scoped]
pub async fn check(#[cfg(not(any()))] id: u32) -> u32 {
    #[cfg(not(any()))]
    let n = 1;
    #[cfg(any())]
    let n = does_not_exist().await;
    #[cfg(not(any()))]
    tokio::task::yield_now().await;
    #[cfg(any())]
    {
        nothing().await;
    }
    #[cfg(not(any()))]
    defer!({ println!("left") });
    #[cfg(not(any()))]
    let task = spawn!(async { 2 });
    #[cfg(not(any()))]
    let m = task.await;
    let pair = (
        n,
        #[cfg(not(any()))]
        m,
    );
    match id {
        #[cfg(any())]
        0 => nothing().await,
        #[allow(clippy::match_single_binding)]
        _ => pair.0 + pair.1,
    }
}
