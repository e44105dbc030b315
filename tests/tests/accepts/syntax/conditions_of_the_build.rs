use rejoin::prelude::*;

#[scoped]
pub async fn check(#[cfg(all())] id: u32) -> u32 {
    #[cfg(all())]
    let n = 1;
    #[cfg(any())]
    let n = does_not_exist().await;
    #[cfg(all())]
    tokio::task::yield_now().await;
    #[cfg(any())]
    {
        nothing().await;
    }
    #[cfg(all())]
    defer!({ println!("left") });
    #[cfg(all())]
    let task = spawn!(async { 2 });
    #[cfg(all())]
    let m = task.await;
    let pair = (
        n,
        #[cfg(all())]
        m,
    );
    match id {
        #[cfg(any())]
        0 => nothing().await,
        #[allow(clippy::match_single_binding)]
        _ => pair.0 + pair.1,
    }
}
