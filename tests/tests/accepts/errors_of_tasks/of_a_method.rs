use rejoin::prelude::*;

pub struct Service;

impl Service {
    #[scoped]
    pub async fn fetch(&self, id: u32) -> Result<u32, String> {
        Ok(id)
    }

    #[scoped]
    pub async fn check(&self, ids: &[u32]) -> Result<Vec<u32>, String> {
        let mut found = Vec::new();
        for id in ids {
            let task = spawn!(self.fetch(*id)?);
            found.push(task.await);
        }
        Ok(found)
    }
}
