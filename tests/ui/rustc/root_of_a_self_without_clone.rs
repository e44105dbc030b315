struct Api;

impl Api {
    #[rejoin::root]
    async fn get(&self) -> Result<u32, std::io::Error> {
        Ok(1)
    }
}

fn main() {}
