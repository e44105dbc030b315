use rejoin::prelude::*;

use std::time::Duration;

#[scoped]
async fn check(text: &str) -> Result<String, std::io::Error> {
    scope!(async { Ok(text.to_uppercase()) }).try_timeout(Duration::from_secs(1)).await
}

fn main() {}
