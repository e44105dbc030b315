use rejoin::prelude::*;

#[scoped]
pub async fn check(fast: bool) -> u32 {
    let first = if fast { spawn!(async { 1 }).await } else { 2 };
    first + spawn!(async { 3 }).await
}
