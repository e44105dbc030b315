use rejoin::prelude::*;
use std::fmt;

#[derive(Debug)]
pub enum AppError {
    Parse(std::num::ParseIntError),
    Io(std::io::Error),
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl From<std::num::ParseIntError> for AppError {
    fn from(error: std::num::ParseIntError) -> Self {
        Self::Parse(error)
    }
}

impl From<std::io::Error> for AppError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

#[scoped]
pub async fn load() -> std::io::Result<u32> {
    Ok(1)
}

#[scoped]
pub async fn check(text: &str) -> Result<u32, AppError> {
    let task = spawn!(load()?);
    let block = spawn!(async { Ok(text.parse::<u32>()? + load().await?) }?);
    let n: u32 = text.parse()?;
    Ok(n + task.await + block.await + load().await?)
}
