use rejoin::prelude::*;
use std::future::ready;

#[scoped]
async fn one() -> u32 {
    1
}

#[scoped]
async fn ok() -> Result<u32, std::io::Error> {
    Ok(1)
}

#[scoped]
pub async fn statements_and_operands() -> Result<u32, std::io::Error> {
    join!(one(), one());
    let (a, b) = rejoin::join!(one(), one());
    let sum = join!(one()).0 + if join!(one(), one()).1 == 1 { 2 } else { 3 };
    println!("{:?} {}", join!(one()), a);
    try_join!(ok(), ok())?;
    let task = spawn!(async { join!(one(), one()).0 });
    let group = task_group!();
    group.spawn(async {
        race! { n = one() => n, n = one() => n + 1 }
    });
    defer!({
        join!(async { one().await }, one());
        race! { _ = one() => {}, }
    });
    let value = match try_join!(ok(), async { ok().await }) {
        Ok((c, d)) => c + d,
        Err(_) => 0,
    };
    let more = task.await + group.join_all().await.len() as u32;
    Ok(a + b + sum + value + more)
}

#[scoped]
pub async fn as_the_value(text: &str) -> usize {
    race! {
        n = async { text.len() } => n,
        _ = ready(()) => 0,
    }
}

#[scoped]
pub async fn as_the_value_of_a_join() -> (u32, u32) {
    join!(one(), one())
}

#[scoped]
pub async fn behind_a_let_else() -> Option<u32> {
    let (Some(a), _) = join!(ready(Some(1)), one()) else { return None };
    Some(a)
}
