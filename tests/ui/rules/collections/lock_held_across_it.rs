use rejoin::prelude::*;

#[scoped]
async fn check(count: &std::sync::Mutex<u32>) {
    let mut guard = count.lock().unwrap();
    join_all!([async {}]);
    *guard += 1;
}

fn main() {}
