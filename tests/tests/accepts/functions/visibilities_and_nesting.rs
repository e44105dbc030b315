use rejoin::prelude::*;

mod inner {
    use rejoin::prelude::*;

    #[scoped]
    pub(super) async fn sister() -> u32 {
        private().await
    }

    #[scoped]
    async fn private() -> u32 {
        1
    }

    #[scoped]
    pub(in super::super) async fn cousin() -> u32 {
        2
    }
}

#[scoped]
pub async fn check() -> u32 {
    inner::sister().await + inner::cousin().await
}
