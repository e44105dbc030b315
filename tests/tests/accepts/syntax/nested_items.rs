use rejoin::prelude::*;

#[scoped]
pub async fn check() -> u32 {
    const LIMIT: u32 = 3;
    static NAME: &str = "name";
    #[derive(Clone, Copy)]
    struct Local(u32);
    impl Local {
        fn get(self) -> u32 {
            self.0
        }
    }
    enum Kind {
        First,
    }
    trait Named {
        fn name(&self) -> &'static str;
    }
    impl Named for Kind {
        fn name(&self) -> &'static str {
            match self {
                Kind::First => NAME,
            }
        }
    }
    fn plain(n: u32) -> u32 {
        n
    }
    use std::collections::HashMap as Map;
    macro_rules! add {
        ($a:expr, $b:expr) => {
            $a + $b
        };
    }
    type Number = u32;
    let task = spawn!(async { Local(LIMIT).get() });
    let map: Map<Number, u32> = Map::from([(1, 2)]);
    let n = task.await;
    add!(n, plain(1)) + Kind::First.name().len() as u32 + map[&1]
}
