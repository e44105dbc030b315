use rejoin::prelude::*;

const FEW: usize = 4;

#[scoped]
pub async fn options(limit: usize, r#in: Option<usize>) -> Result<usize, String> {
    let a = task_group!(limit = limit);
    let b = task_group!(ordered);
    let c = task_group!(fail_fast);
    let d = task_group!(supervised,);
    let e = task_group!(limit = FEW * 2, ordered, fail_fast);
    let mut f = rejoin::task_group!(supervised, ordered, limit = r#in.ok_or("none")?);
    a.room().await;
    a.spawn(async { 1 });
    b.spawn(async { "two" });
    c.spawn(async { Ok(text().await?.len()) });
    d.spawn(async { Err::<u8, _>("no") });
    e.spawn(async { "5".parse::<u32>().map_err(|error| error.to_string()) });
    let _ = f.try_spawn(async {});
    f = [f][0];
    a.join_all().await;
    while let Some(_two) = b.next().await {}
    let sum = c.join_all().await.into_iter().sum();
    d.stop().await;
    e.join_all().await;
    f.cancel_all();
    Ok(sum)
}

#[scoped]
async fn text() -> Result<String, String> {
    Ok(String::new())
}
