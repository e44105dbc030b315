use rejoin::prelude::*;

struct Hall;

impl Hall {
    fn spawn<F>(&self, _: F) {}
    async fn room(&self) {}
}

#[scoped]
pub async fn check() {
    let inner = task_group!(limit = 2);
    let outer = task_group!(limit = 2);
    for _ in 0..3 {
        outer.room().await;
        outer.spawn(async move {
            // Of another group.
            inner.room().await;
            inner.spawn(async {});
        });
    }
    // Nobody waits: it is only asked.
    outer.spawn(async move {
        tokio::select! {
            () = outer.room() => {}
            () = std::future::ready(()) => {}
        }
    });
    outer.join_all().await;
    inner.join_all().await;
    // Of a group without a limit there is always room, and what is no group is none of ours.
    let free = task_group!();
    free.spawn(async move { free.room().await });
    free.join_all().await;
    let hall = Hall;
    hall.spawn(async { hall.room().await });
}
