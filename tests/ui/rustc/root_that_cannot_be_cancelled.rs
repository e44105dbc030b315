#[rejoin::root]
async fn handler(id: u32) -> u32 {
    id
}

fn main() {}
