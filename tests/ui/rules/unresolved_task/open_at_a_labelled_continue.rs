use rejoin::prelude::*;

#[scoped]
async fn check(ids: &[u32]) {
    'outer: for id in ids {
        let task = spawn!(async { 1 });
        for n in 0..*id {
            if n == 7 {
                continue 'outer;
            }
        }
        task.await;
    }
}

fn main() {}
