use rejoin::prelude::*;

#[scoped]
pub async fn check(skip: bool) -> u32 {
    let task = spawn!(async { 1 });
    {
        defer!({ println!("left") });
        if skip {
            task.cancel();
            return 3;
        }
    }
    task.await
}
