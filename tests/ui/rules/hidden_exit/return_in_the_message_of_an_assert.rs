use rejoin::prelude::*;

#[scoped]
async fn check(text: Option<&str>) -> Option<u32> {
    let task = spawn!(async { 1 });
    assert!(text.is_none(), "{}", text?);
    Some(task.await)
}

fn main() {}
