use rejoin::prelude::*;

#[scoped]
async fn push(numbers: &mut Vec<u32>) {
    numbers.push(1);
}

#[scoped]
async fn both() -> Vec<u32> {
    let mut numbers = Vec::new();
    join!(push(&mut numbers), push(&mut numbers));
    numbers
}

fn main() {}
