#[rejoin::root(cancelled)]
async fn handler() -> u32 {
    1
}

fn main() {}
