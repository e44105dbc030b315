#[rejoin::root]
trait Api {
    async fn count(&self) -> Result<u32, std::io::Error>;
}

fn main() {}
