use rejoin::prelude::*;

#[scoped]
pub async fn check(ids: &[u32]) -> u32 {
    let mut sum = 0;
    'outer: for id in ids {
        defer!({ println!("outer") });
        let mut n = *id;
        while n > 0 {
            defer!({ println!("inner") });
            n -= 1;
            match n {
                1 => continue,
                2 => break,
                3 => continue 'outer,
                4 => break 'outer,
                5 => return sum,
                _ => sum += n,
            }
        }
        let found = 'block: {
            defer!({ println!("block") });
            if n == 0 {
                break 'block 1;
            }
            2
        };
        sum += found;
    }
    sum
}
