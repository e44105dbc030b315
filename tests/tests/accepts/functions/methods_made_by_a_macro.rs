use rejoin::prelude::*;

pub struct Service;

macro_rules! service {
    ($ty:ty { $($name:ident),* }) => {
        #[scoped]
        impl $ty {
            $(pub async fn $name(&self) -> &'static str {
                let task = spawn!(async { stringify!($name) });
                task.await
            })*
        }
    };
}

service!(Service { first, second });
