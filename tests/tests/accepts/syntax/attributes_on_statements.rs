use rejoin::prelude::*;

#[scoped]
pub async fn check(list: &[u32]) -> u32 {
    #[allow(unused_variables)]
    let unused = 1;
    #[allow(unused_mut)]
    let mut n = 0;
    #[allow(clippy::needless_range_loop)]
    for index in 0..list.len() {
        println!("{}", list[index]);
    }
    #[allow(unused_must_use)]
    {
        "1".parse::<u32>();
    }
    #[rustfmt::skip]
    let task = spawn!(async { 1 });
    #[expect(unused_variables)]
    let expected = 3;
    n + task.await
}
