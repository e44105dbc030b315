use rejoin::prelude::*;

macro_rules! show {
    ($value:expr) => {
        println!("{:?}", $value)
    };
}

#[scoped]
pub async fn check(text: Option<&str>) -> u32 {
    let task = spawn!(async { 1 });
    show!(text.and_then(|text| { text.parse::<u32>().ok() }));
    show!((|| Some(text?.len()))());
    task.await
}
