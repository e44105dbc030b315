use rejoin::prelude::*;

#[scoped]
async fn fill<'g>(group: TaskGroup<'g, usize>, text: &str) {
    group.spawn(async move { text.len() });
}

fn main() {}
