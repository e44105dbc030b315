use rejoin::prelude::*;

#[scoped]
pub async fn check(mut n: u32) -> u32 {
    n = (n << 2) | (n & 0xff) ^ 0b11;
    n += 1_000;
    n >>= 1;
    let float = 1.5e3_f64;
    let wrapped = !n;
    let pointer = &raw const n;
    let _ = pointer;
    let (.., last) = (1, 2, n);
    let nested = (n + 1) * 2;
    let array = [[0_u8; 2]; 3];
    let slice = &array[..2];
    if (float > 1.0) == (wrapped != 0) { last + nested } else { slice.len() as u32 }
}
