use rejoin::prelude::*;

fn waits() -> Result<std::future::Ready<u32>, String> {
    Err("not now".to_owned())
}

#[scoped]
async fn one() -> Result<u32, String> {
    daemon!(std::future::pending::<()>());
    tokio::select! {
        number = waits()? => Ok(number),
    }
}

fn main() {}
