use rejoin::prelude::*;

#[rejoin::main]
async fn main() {
    let task = spawn!(async { 1 });
}
