use rejoin::prelude::*;
use std::fmt::Display;

#[scoped]
pub trait Show<'a, T: Display + Sync + 'a>: Sync {
    async fn show<U>(&self, value: &'a T, other: U) -> String
    where
        U: Display + Send;
}

pub struct Plain;

#[scoped]
impl<'a, T: Display + Sync + 'a> Show<'a, T> for Plain {
    async fn show<U>(&self, value: &'a T, other: U) -> String
    where
        U: Display + Send,
    {
        tokio::task::yield_now().await;
        format!("{value} {other}")
    }
}

#[scoped]
impl<'a, T, F> Show<'a, T> for (F,)
where
    T: Display + Sync + 'a,
    F: for<'x> Fn(&'x T) -> String + Sync,
{
    async fn show<U: Display + Send>(&self, value: &'a T, _other: U) -> String {
        (self.0)(value)
    }
}
