use rejoin::prelude::*;

pub struct Point {
    pub x: u32,
    pub y: u32,
}

#[scoped]
pub async fn check(
    (a, mut b): (u32, u32),
    Point { x, y: ref z }: Point,
    [first, .., last]: [u32; 3],
    _: u32,
    _kept: String,
    mut list: Vec<u32>,
    whole @ 0..=u32::MAX: u32,
    &reference: &u32,
) -> u32 {
    b += a + x + *z + first + last + whole + reference;
    list.push(b);
    list.iter().sum()
}
