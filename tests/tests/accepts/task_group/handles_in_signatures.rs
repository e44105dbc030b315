use rejoin::{FailFast, Supervised, TaskGroup, prelude::*};

pub type Downloads<'g> = TaskGroup<'g, Vec<u8>, FailFast<std::io::Error>>;

#[scoped]
pub async fn download(group: Downloads<'_>, names: Vec<String>) {
    for name in names {
        group.room().await;
        group.spawn(async move { Ok(name.into_bytes()) });
    }
}

#[scoped]
pub async fn serve<'g, T: Send + 'g>(group: TaskGroup<'g, T, Supervised>, make: impl Fn() -> T + Sync)
where
    T: Clone,
{
    let value = make();
    let _ = group.try_spawn(async move { Ok::<T, String>(value) });
}

pub fn any<T: Send, M>(group: TaskGroup<'_, T, M>) -> usize {
    group.len()
}

#[scoped]
pub async fn all() -> std::io::Result<usize> {
    let downloads = task_group!(fail_fast, limit = 2);
    let served = task_group!(supervised);
    let plain: TaskGroup<'_, u32> = task_group!(limit = 1);
    download(downloads, vec!["one".to_owned()]).await;
    serve(served, || 1).await;
    plain.spawn(async { 1 });
    let count = any(downloads) + any(served) + any(plain);
    plain.join_all().await;
    served.join_all().await;
    downloads.join_all().await;
    Ok(count)
}
