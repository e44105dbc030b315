use rejoin::prelude::*;

#[scoped]
pub async fn fails() -> Result<(), String> {
    let group = task_group!();
    group.spawn(async {});
    defer!({ println!("left") });
    loop {
        tokio::task::yield_now().await;
        if group.is_empty() {
            return Err("empty".to_owned());
        }
    }
}

#[scoped]
pub async fn panics(n: u32) -> u32 {
    defer!({ println!("left") });
    panic!("{n}")
}
