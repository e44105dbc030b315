use rejoin::prelude::*;

#[scoped]
pub async fn check(text: &str) -> Result<u32, String> {
    let call = scope!(async {
        let task = spawn!(async { 1 });
        let n = text.parse::<u32>()?;
        Ok::<u32, std::num::ParseIntError>(n + task.await)
    });
    call.map_err(|error| error.to_string()).await
}
