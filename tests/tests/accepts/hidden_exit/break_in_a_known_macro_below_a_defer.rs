use rejoin::prelude::*;

#[scoped]
pub async fn check(list: &[u32]) -> u32 {
    let mut sum = 0;
    for id in list {
        defer!({ println!("left") });
        println!("{}", if *id == 0 { break } else { *id });
        assert!(match id {
            1 => continue,
            _ => true,
        });
        sum += id;
    }
    sum
}
