use rejoin::prelude::*;

#[scoped]
pub async fn fetch(id: u32) -> u32 {
    id
}

#[scoped]
pub async fn check(text: &str) -> Result<usize, String> {
    let task = spawn!(async { 1 });
    let list = vec![fetch(1).await, fetch(2).await];
    if matches!(fetch(3).await, 3) {
        eprintln!("{}", fetch(4).await);
    }
    let lengths = (format!("{}", fetch(5).await).len(), [vec![fetch(6).await; 2].len()]);
    match format!("{}", fetch(7).await).as_str() {
        "7" if matches!(fetch(8).await, 8) => println!("{}", fetch(9).await),
        _ => {}
    }
    for n in vec![fetch(10).await] {
        assert!(n == fetch(10).await, "{n} {text}");
    }
    let closure = |n: u32| format!("{n} {:?}", vec![n]);
    let shown = format!("{}{}", closure(fetch(11).await), text.parse::<u32>().map_err(|e| e.to_string())?);
    Ok(list.len() + lengths.0 + lengths.1[0] + shown.len() + task.await)
}
