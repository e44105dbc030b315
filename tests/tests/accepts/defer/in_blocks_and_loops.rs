use rejoin::prelude::*;

#[scoped]
pub async fn check(ids: &[u32]) -> Option<u32> {
    let mut sum = 0;
    for id in ids {
        defer!({ println!("{id}") });
        if *id == 0 {
            continue;
        }
        sum += id;
    }
    let value = {
        defer!({ println!("block") });
        ids.first()?
    };
    if sum > 3 {
        defer!({ println!("branch") });
        sum += value;
    }
    match sum {
        0 => {
            defer!({ println!("arm") });
            None
        }
        n => Some(n),
    }
}
