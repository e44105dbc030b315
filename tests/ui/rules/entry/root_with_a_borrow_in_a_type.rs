use std::borrow::Cow;

#[rejoin::root]
async fn handler(name: Cow<'_, str>) -> Result<usize, std::io::Error> {
    Ok(name.len())
}

fn main() {}
