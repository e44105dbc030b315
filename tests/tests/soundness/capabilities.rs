//! What of ours is near the user's code, and that no trait, macro or item of the user's gets hold of it.

use rejoin::prelude::*;

use crate::common::turns;

/// S0, F1: traits with the names of everything the expansion calls, implemented for everything, by value
/// and by reference.
mod greedy {
    #![allow(dead_code, reason = "what the test is about: nobody must call them")]

    pub(super) trait Greedy: Sized {
        fn at<A, B>(self, _: A, _: B) -> std::future::Ready<u32> {
            panic!("at")
        }
        fn start<A, B, C>(self, _: A, _: B, _: C) {
            panic!("start")
        }
        fn join<A, B>(self, _: A, _: B) -> std::future::Ready<u32> {
            panic!("join")
        }
        fn handle<A>(self, _: A) -> u32 {
            panic!("handle")
        }
        fn guard(self) -> u32 {
            panic!("guard")
        }
        fn open(self) -> u32 {
            panic!("open")
        }
        fn begin(self) -> u32 {
            panic!("begin")
        }
        fn unwind<A, B>(self, _: A, _: B) -> std::future::Ready<()> {
            panic!("unwind")
        }
        fn mark(self) -> u64 {
            panic!("mark")
        }
        fn region<A>(self, _: A) -> u32 {
            panic!("region")
        }
        fn stop(self) -> u32 {
            panic!("stop")
        }
        fn spawn<A>(self, _: A) {
            panic!("spawn")
        }
        fn join_all(self) -> u32 {
            panic!("join_all")
        }
        fn defer<A, B, C, D>(self, _: A, _: B, _: C, _: D) -> u32 {
            panic!("defer")
        }
        fn named<A>(self, _: A) -> u32 {
            panic!("named")
        }
        fn block<A>(self, _: A) -> u32 {
            panic!("block")
        }
    }

    impl<T> Greedy for T {}

    pub(super) trait GreedyByReference {
        fn enter(&self) {}
        fn start_group(&self) {}
        fn arm(&self) {}
        fn park(&self) {}
        fn resume(&self) {}
        fn begin_poll(&self) {}
    }

    impl<T: ?Sized> GreedyByReference for T {}
}

#[test]
fn no_trait_of_the_users_wins_a_method_lookup() {
    #[allow(unused_imports, reason = "that they are in scope is the test")]
    use greedy::{Greedy as _, GreedyByReference as _};

    #[scoped]
    async fn leaf() -> u32 {
        turns(1).await;
        1
    }
    #[scoped]
    async fn body() -> Result<u32, String> {
        let mut log = Vec::new();
        defer!({
            turns(1).await;
            log.push(0);
        });
        log.push(1);
        let one = spawn!(name = "one", leaf());
        let two = spawn!(async {
            let inner = spawn!(leaf());
            Ok(inner.await)
        }?);
        let group = task_group!();
        group.spawn(leaf());
        group.spawn(async { leaf().await + 1 });
        daemon!(std::future::pending::<()>());
        let members: u32 = group.join_all().await.into_iter().sum();
        let three = spawn!(leaf());
        let stopped = three.stop().await;
        let block = scope!(async { leaf().await }).await;
        assert!(stopped.is_none_or(|value| value == 1));
        Ok(one.await + two.await + members + block)
    }
    assert_eq!(rejoin::block_on(body()).unwrap(), Ok(6));
}

/// S0, F1: items of the user's with the names of those that the expansion uses, and crates of the same
/// names.
mod confusing {
    #![allow(non_upper_case_globals, dead_code, non_camel_case_types, reason = "what the test is about")]

    use ::rejoin::prelude::{defer, scoped, spawn, task_group};

    use crate::common::turns;

    const Some: u32 = 1;
    const Ok: u32 = 2;
    const Err: u32 = 3;
    const None: u32 = 4;
    struct Future;
    struct Flow;
    struct Result2;
    mod core {}
    mod std {}
    mod rejoin {}
    mod option {}
    struct Guard;
    struct Frame;
    struct Send;
    struct Option;
    struct Box;
    struct Cx;
    struct Site;
    struct ControlFlow;
    struct usize;
    struct u64;

    #[scoped]
    pub(super) async fn body() -> u32 {
        let mut steps = 0_u32;
        defer!({ steps += 1 });
        let task = spawn!(async {
            turns(1).await;
            Some + Ok
        });
        let group = task_group!();
        group.spawn(async { Err + None });
        steps += 1;
        let sum = 1;
        loop {
            let inner = spawn!(turns(1));
            inner.await;
            break;
        }
        sum + task.await + group.join_all().await.len() as ::core::primitive::u32 + steps
    }
}

#[test]
fn items_of_the_users_are_not_taken_for_ours() {
    assert_eq!(rejoin::block_on(confusing::body()).unwrap(), 6);
}

/// S0, S6, F4: macros of the user's with the names of well-known ones are given values, and no token of
/// ours. This one takes what it is given apart, and would find an await, or a context.
mod taken {
    macro_rules! dbg {
        ($a:ident . $b:ident ( $($rest:tt)* ) $($more:tt)*) => {
            compile_error!("was given a call")
        };
        ($($given:tt . await)*) => {
            compile_error!("was given an await")
        };
        ($given:ident) => {
            ($given, stringify!($given))
        };
    }
    macro_rules! println {
        ($text:literal, $($given:ident),*) => { ($text, $($given),*) };
    }
    macro_rules! vec {
        ($($given:ident),*) => { [$($given),*] };
    }
    macro_rules! matches {
        ($given:ident, $pattern:pat) => {
            !::core::matches!($given, $pattern)
        };
    }
    pub(super) use {dbg, matches, println, vec};
}

#[test]
fn macros_of_the_users_are_given_values() {
    use taken::{dbg, matches, println, vec};

    #[scoped]
    async fn watch(data: &u32) -> u32 {
        turns(1).await;
        *data
    }
    #[scoped]
    async fn body() -> u32 {
        let data = 3;
        let task = spawn!(watch(&data));
        let (value, name) = dbg!(watch(&data).await);
        assert!(!name.contains("cx"));
        let (_, one, two) = println!("text", watch(&data).await, task.await);
        let list = vec![watch(&data).await, std::future::ready(4).await];
        let odd = matches!(watch(&data).await, 5);
        value + one + two + list.iter().sum::<u32>() + u32::from(odd)
    }
    assert_eq!(rejoin::block_on(body()).unwrap(), 17);
}

/// S0, H5: what macros are given has the hygiene of the user's own names, so that none of our hygiene can
/// be made of it: the user's code can name it.
#[test]
fn what_macros_are_given_is_named_as_the_users_names_are() {
    use taken::println;

    #[scoped]
    async fn body() -> (u32, u32) {
        let (_, given, named) = println!("text", std::future::ready(3).await, __argument1);
        (given, named)
    }
    assert_eq!(rejoin::block_on(body()).unwrap(), (3, 3));
}

/// S0, F11: what stands above `#[scoped]` sees the user's code, and inert attributes may stay below.
#[test]
fn inert_attributes_may_stand_below() {
    #[scoped]
    #[inline]
    #[must_use = "it has a value"]
    #[cfg_attr(all(), doc = "documented", allow(dead_code))]
    #[doc(hidden)]
    async fn annotated() -> u32 {
        1
    }
    assert_eq!(rejoin::block_on(annotated()).unwrap(), 1);
}
