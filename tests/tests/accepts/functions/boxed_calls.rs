use rejoin::prelude::*;

#[scoped]
pub async fn one() -> u32 {
    1
}

#[scoped]
pub async fn two() -> u32 {
    2
}

#[scoped]
pub async fn check() -> u32 {
    let calls: Vec<BoxScoped<'_, u32>> = vec![one().boxed(), two().boxed()];
    let mut sum = 0;
    for call in calls {
        sum += call.await;
    }
    let group = task_group!();
    for call in [one().boxed(), two().boxed()] {
        group.spawn(call);
    }
    sum + group.join_all().await.into_iter().sum::<u32>()
}
