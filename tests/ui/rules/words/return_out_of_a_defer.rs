use rejoin::prelude::*;

#[scoped]
async fn check(skip: bool) {
    defer!({
        if skip {
            return;
        }
        println!("left");
    });
}

fn main() {}
