use rejoin::prelude::*;

macro_rules! fetchers {
    ($($name:ident: $ty:ty = $value:expr;)*) => {$(
        #[scoped]
        pub async fn $name() -> $ty {
            let task = spawn!(async { $value });
            task.await
        }
    )*};
}

fetchers! {
    number: u32 = 1;
    text: &'static str = "text";
}

#[scoped]
pub async fn check() -> usize {
    number().await as usize + text().await.len()
}
