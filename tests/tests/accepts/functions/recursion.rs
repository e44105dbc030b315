use rejoin::prelude::*;

#[scoped]
pub async fn factorial(n: u64) -> u64 {
    if n == 0 { 1 } else { n * factorial(n - 1).await }
}

#[scoped]
pub async fn sum(list: &[u64]) -> u64 {
    match list {
        [] => 0,
        [one] => *one,
        _ => {
            let (left, right) = list.split_at(list.len() / 2);
            let left = spawn!(sum(left));
            sum(right).await + left.await
        }
    }
}

#[scoped]
pub async fn walk<'g>(group: TaskGroup<'g, u32>, depth: u32) -> u32 {
    if depth > 0 {
        group.spawn(walk(group, depth - 1));
    }
    depth
}
