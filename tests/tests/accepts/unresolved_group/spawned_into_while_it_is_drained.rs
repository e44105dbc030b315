use rejoin::prelude::*;

#[scoped]
pub async fn check(n: u32) -> u32 {
    let group = task_group!();
    group.spawn(async move { n });
    let mut rounds = 0;
    while let Some(left) = group.next().await {
        rounds += 1;
        if left > 0 {
            group.spawn(async move { left - 1 });
        }
    }
    rounds
}
