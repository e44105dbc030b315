use rejoin::prelude::*;

pub fn even(n: u32) -> BoxScoped<'static, bool> {
    #[scoped]
    async fn body(n: u32) -> bool {
        if n == 0 { true } else { odd(n - 1).await }
    }
    body(n).boxed()
}

pub fn odd(n: u32) -> BoxScoped<'static, bool> {
    #[scoped]
    async fn body(n: u32) -> bool {
        if n == 0 { false } else { even(n - 1).await }
    }
    body(n).boxed()
}
