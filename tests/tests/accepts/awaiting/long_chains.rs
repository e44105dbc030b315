use rejoin::prelude::*;

#[derive(Clone)]
pub struct Builder(u32);

impl Builder {
    pub fn step(self) -> Self {
        Self(self.0 + 1)
    }
    #[scoped]
    pub async fn wait(self) -> Result<Self, String> {
        Ok(self)
    }
}

#[scoped]
pub async fn check() -> Result<u32, String> {
    let done =
        Builder(1).step().wait().await?.step().wait().await?.step().wait().await.map_err(|e| e + "!")?;
    Ok(done.0)
}
