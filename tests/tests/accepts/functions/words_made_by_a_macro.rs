use rejoin::prelude::*;

macro_rules! guarded {
    ($name:ident, $($body:tt)*) => {
        #[scoped]
        pub async fn $name() -> u32 {
            defer!({ println!("left") });
            let group = task_group!();
            group.spawn(async { 1 });
            $($body)*
            group.join_all().await.len() as u32
        }
    };
}

guarded!(check, let n = 1; println!("{n}"););
