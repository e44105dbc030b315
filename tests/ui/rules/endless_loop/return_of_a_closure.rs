use rejoin::prelude::*;

#[scoped]
async fn check(list: Vec<u32>) {
    loop {
        list.iter().for_each(|_| return);
    }
}

fn main() {}
