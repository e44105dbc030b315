use rejoin::prelude::*;

#[scoped]
pub async fn check() -> u32 {
    let mut rounds = 0;
    loop {
        defer!({ println!("left") });
        rounds += 1;
        tokio::select! {
            () = tokio::task::yield_now() => break,
            () = std::future::ready(()) => continue,
        }
    }
    rounds
}
