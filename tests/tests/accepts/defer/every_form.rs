use rejoin::prelude::*;
use std::time::Duration;

#[scoped]
pub async fn check(limit: Duration, list: &mut Vec<u32>) -> usize {
    defer!({ println!("one") });
    defer! { println!("two"); }
    defer!({
        println!("three");
    });
    defer!(timeout = limit, { tokio::task::yield_now().await });
    defer!(timeout = Duration::from_secs(1), { Ok::<(), String>(()) },);
    defer!({
        let n: u32 = "1".parse()?;
        println!("{n}");
        Ok::<(), std::num::ParseIntError>(())
    });
    defer!({});
    list.push(1);
    list.len()
}
