use rejoin::prelude::*;

#[derive(Debug)]
pub struct AppError;

impl From<Cancelled> for AppError {
    fn from(_: Cancelled) -> Self {
        AppError
    }
}

#[rejoin::root]
pub async fn handler((a, mut b): (u32, u32), name: String) -> Result<String, AppError> {
    b += a;
    let task = spawn!(async { b });
    Ok(format!("{name} {}", task.await))
}

#[rejoin::root(cancelled = 0)]
pub async fn value() -> u32 {
    5
}

#[rejoin::root(cancelled = |cancelled| cancelled.to_string())]
pub async fn text() -> String {
    String::new()
}

#[derive(Clone)]
pub struct Api {
    pub base: u32,
}

impl Api {
    #[rejoin::root]
    pub async fn get(&self, id: u32) -> Result<u32, AppError> {
        let task = spawn!(async { self.base + id });
        Ok(task.await)
    }

    #[rejoin::root]
    pub async fn take(self, names: &'static [&'static str]) -> Result<usize, AppError> {
        Ok(names.len())
    }
}
