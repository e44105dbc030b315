use rejoin::prelude::*;

pub mod facade {
    pub use rejoin;
}

#[facade::rejoin::scoped(crate = self::facade::rejoin)]
pub async fn check() -> u32 {
    1
}

mod without_the_name {
    use super::facade::rejoin as structured;
    use structured::prelude::*;

    #[scoped(crate = structured)]
    pub async fn check() -> u32 {
        let task = spawn!(async { 1 });
        task.await
    }
}

#[scoped]
pub async fn other() -> u32 {
    without_the_name::check().await
}
