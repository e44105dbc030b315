use rejoin::prelude::*;

#[scoped]
pub async fn check(text: &str) -> Result<u32, String> {
    let task = spawn!(async { 1 });
    let n: u32 = text.parse().map_err(|_| "no number")?;
    if n == 0 {
        return Err("zero".to_owned());
    }
    if n == 1 {
        Err("one")?;
    }
    match n {
        2 => Err("two".into()),
        _ => Ok(task.await),
    }
}
