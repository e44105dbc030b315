#[rejoin::root]
struct Api;

fn main() {}
