use rejoin::prelude::*;

macro_rules! function {
    ($name:ident -> $ty:ty $body:block) => {
        #[scoped]
        pub async fn $name() -> $ty $body
    };
}

function!(number -> u32 { 1 });
function!(waits -> u32 {
    let task = spawn!(async { 1 });
    task.await
});
