#[derive(Clone)]
struct Api(u32);

impl Api {
    #[rejoin::root]
    async fn count(&mut self) -> Result<u32, std::io::Error> {
        Ok(self.0)
    }
}

fn main() {}
