use rejoin::prelude::*;

use std::sync::mpsc::Receiver;

#[scoped]
async fn check(receiver: Receiver<u32>) {
    loop {
        if let Ok(id) = receiver.try_recv() {
            println!("{id}");
        }
    }
}

fn main() {}
