use rejoin::prelude::*;

#[scoped]
pub async fn check(list: &mut [u32]) -> (u32, [u32; 2]) {
    let a = spawn!(async { 1_u32 });
    let b = spawn!(async { 2 });
    let c = spawn!(async { 3 });
    let d = spawn!(async { 0_usize });
    let e = spawn!(async { 5 });
    list[d.await] += e.await;
    (-(a.await as i32) as u32, [b.await, c.await.min(3)])
}
