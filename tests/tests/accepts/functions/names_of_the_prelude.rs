use rejoin::prelude::*;

#[allow(non_camel_case_types)]
pub struct Some;
pub struct Ok;
pub struct Err;
pub struct None;
pub struct Result;
pub struct Option;
pub struct Box;
pub struct Vec;
pub struct String;
pub struct Send;
pub struct Sync;
pub struct Future;
pub struct Drop;
pub struct Into;
pub struct From;
pub struct Clone;

#[scoped]
pub async fn check() -> u32 {
    let task = spawn!(async { 1 });
    let group = task_group!();
    group.spawn(async { 2 });
    defer!({});
    daemon!(std::future::pending::<()>());
    let linked: u32 = group.join_all().await.into_iter().sum();
    scope!(async { linked }).await + task.await
}

#[scoped]
pub async fn fails() -> std::result::Result<u32, u8> {
    let task = spawn!(async { std::result::Result::Ok::<u32, u8>(1) }?);
    std::result::Result::Ok(task.await)
}
