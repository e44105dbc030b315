use rejoin::prelude::*;

#[scoped]
pub async fn check() -> bool {
    #[allow(clippy::empty_loop)]
    let never = || loop {};
    let _: fn() -> u32 = never;
    true
}
