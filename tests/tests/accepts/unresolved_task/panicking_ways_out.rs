use rejoin::prelude::*;

#[scoped]
pub async fn check(n: u32) -> u32 {
    let task = spawn!(async { 1 });
    match n {
        0 => panic!("zero"),
        1 => unreachable!(),
        2 => unimplemented!("two"),
        3 => todo!(),
        4 => std::process::exit(4),
        _ => task.await,
    }
}
