use rejoin::prelude::*;

pub struct Counter {
    pub count: u32,
    pub names: Vec<String>,
}

impl Counter {
    pub const START: u32 = 1;

    #[scoped]
    pub async fn check(&mut self) -> u32 {
        let Self { count, names } = self;
        let counting = spawn!(async { *count += Self::START });
        let naming = spawn!(async { names.push("name".to_owned()) });
        counting.await;
        naming.await;
        self.count
    }

    #[scoped]
    pub async fn both(&self) -> u32 {
        let first = spawn!(async { self.count });
        let second = spawn!(async { self.names.len() as u32 });
        first.await + second.await
    }
}
