use rejoin::prelude::*;

mod clock {
    pub async fn sleep() {}
}

pub fn sleep() {}

#[scoped]
pub async fn check() {
    clock::sleep().await;
    sleep();
}
