use rejoin::prelude::*;

#[scoped]
async fn check(list: Vec<u32>) {
    loop {
        for id in &list {
            if *id == 0 {
                break;
            }
        }
    }
}

fn main() {}
