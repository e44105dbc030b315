use rejoin::prelude::*;

#[scoped]
async fn check<'a>() -> &'a str {
    let text = String::from("text");
    let task = spawn!(async { text.as_str() });
    task.await
}

fn main() {}
