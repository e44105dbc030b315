use rejoin::prelude::*;

#[scoped]
pub async fn check() -> u32 {
    let first = spawn! { async { 1 } };
    let second = spawn![async { 2 }];
    let group = task_group![];
    group.spawn(async { 3 });
    daemon! { std::future::pending::<()>() }
    first.await + second.await + group.join_all().await.len() as u32
}
