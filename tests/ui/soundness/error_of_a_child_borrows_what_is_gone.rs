use rejoin::prelude::*;

#[scoped]
async fn check<'a>(long: &'a str) -> Result<(), &'a str> {
    let text = String::from(long);
    let group = task_group!(fail_fast);
    group.spawn(async { Err::<(), &str>(text.as_str()) });
    group.join_all().await;
    Ok(())
}

#[scoped]
async fn all<'a>(long: &'a str) -> Result<Vec<()>, &'a str> {
    let text = String::from(long);
    try_join_all!([async { Err::<(), &str>(text.as_str()) }])
}

fn main() {}
