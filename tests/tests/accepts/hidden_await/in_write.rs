use rejoin::prelude::*;
use std::fmt::Write;

#[scoped]
pub async fn fetch(id: u32) -> u32 {
    id
}

#[scoped]
pub async fn check(out: &mut String) -> std::fmt::Result {
    writeln!(out, "{}", fetch(1).await)?;
    write!(out, "{:?}", fetch(2).await)
}
