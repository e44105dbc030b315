use rejoin::prelude::*;

struct Wrong;

#[scoped]
async fn parse(text: &str) -> Result<u32, std::num::ParseIntError> {
    text.parse()
}

#[scoped]
async fn check() -> Result<(), Wrong> {
    let group = task_group!(fail_fast);
    group.spawn(parse("1"));
    group.join_all().await;
    Ok(())
}

fn main() {}
