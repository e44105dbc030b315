use rejoin::prelude::*;

pub struct Transaction(pub Vec<&'static str>);

impl Transaction {
    pub async fn execute(&mut self, statement: &'static str) -> Result<(), String> {
        self.0.push(statement);
        Ok(())
    }
    pub async fn rollback(&mut self) {
        self.0.clear();
    }
}

#[scoped]
pub async fn check(tx: &mut Transaction) -> Result<usize, String> {
    defer!({ tx.rollback().await });
    tx.execute("insert").await?;
    if tx.0.len() > 3 {
        return Err("too many".to_owned());
    }
    Ok(tx.0.len())
}
