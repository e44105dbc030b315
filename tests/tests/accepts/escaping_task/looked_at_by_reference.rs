use rejoin::prelude::*;

fn look(task: &Task<'_, u32>) -> bool {
    task.site().is_some()
}

#[scoped]
pub async fn check() -> u32 {
    let task = spawn!(async { 1 });
    let seen = look(&task);
    println!("{task:?} {seen}");
    task.await
}
