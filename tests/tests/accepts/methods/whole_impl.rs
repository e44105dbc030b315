use rejoin::prelude::*;

pub struct Service<'a> {
    pub name: &'a str,
}

#[scoped]
impl<'a> Service<'a> {
    pub const LIMIT: usize = 3;

    #[must_use]
    pub fn plain(&self) -> usize {
        self.name.len()
    }

    pub async fn first(&self) -> &'a str {
        self.name
    }

    pub async fn second(&self) -> usize {
        let task = spawn!(self.first());
        task.await.len().min(Self::LIMIT) + self.plain()
    }

    #[scoped(allow(blocking_call, reason = "nothing waits here"))]
    pub async fn third(&self) {
        std::thread::sleep(std::time::Duration::ZERO);
    }
}
