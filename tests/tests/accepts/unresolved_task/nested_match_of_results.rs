use rejoin::prelude::*;

#[scoped]
pub async fn check(first: Result<u32, String>, second: Option<u32>) -> Result<u32, String> {
    let task = spawn!(async { 1 });
    match first {
        Err(error) => Err(error),
        Ok(n) => match second {
            None => {
                task.cancel();
                Ok(n)
            }
            Some(m) => Ok(n + m + task.await),
        },
    }
}
