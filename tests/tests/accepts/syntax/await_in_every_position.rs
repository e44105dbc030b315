use rejoin::prelude::*;

#[scoped]
pub async fn n(n: u32) -> u32 {
    n
}

#[scoped]
pub async fn yes() -> bool {
    true
}

pub struct Pair {
    pub a: u32,
    pub b: u32,
}

#[scoped]
pub async fn check(mut list: Vec<u32>) -> u32 {
    if yes().await && !yes().await || yes().await {
        list.push(n(1).await);
    }
    while n(2).await == 3 {
        list.clear();
    }
    for id in 0..n(3).await {
        list.push(id);
    }
    let pair = Pair { a: n(4).await, ..Pair { a: 0, b: n(5).await } };
    let (x, [y, z]) = (n(6).await, [n(7).await, n(8).await]);
    let index = list[n(0).await as usize];
    let range = n(1).await..=n(2).await;
    let text = match n(9).await {
        9 if yes().await => n(10).await,
        other => other + n(11).await,
    };
    list[0] += n(12).await;
    let cast = n(13).await as u64 as u32;
    let reference = &n(14).await;
    let negative = -(i64::from(n(15).await));
    let block = {
        n(16).await;
        n(17).await
    };
    let closure = |m: u32| m + x;
    return pair.a
        + pair.b
        + y
        + z
        + index
        + range.end()
        + text
        + cast
        + *reference
        + negative.unsigned_abs() as u32
        + block
        + closure(n(18).await);
}
