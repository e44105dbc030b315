//! The newer words beside names, patterns, traits and macros of the user's.
#![allow(
    clippy::new_ret_no_self,
    clippy::wrong_self_convention,
    reason = "named as the context's methods are"
)]

use rejoin::prelude::*;

use crate::common::turns;

/// S0: traits with the names of what the expansion of the newer words calls.
mod greedy {
    #![allow(dead_code, reason = "what the test is about: nobody must call them")]

    macro_rules! greedy {
        ($($name:ident),*) => {
            pub(super) trait Greedy: Sized {
                $(fn $name(self) -> u32 { panic!(stringify!($name)) })*
            }
            pub(super) trait GreedyByReference {
                $(fn $name(&self) -> u32 { panic!(stringify!($name)) })*
            }
        };
    }
    greedy!(
        all,
        all_ok,
        first,
        branch,
        try_branch,
        task_branch,
        try_task_branch,
        race_branch,
        race_task,
        watched,
        and,
        no_more,
        error_of,
        group_store,
        group_guard,
        start_group,
        start_fail_fast_group,
        start_supervised_group,
        join_all,
        stop_all,
        limit,
        ordered,
        blocking,
        blocking_plain,
        calls,
        collect_all,
        try_collect_all,
        first_ok,
        shutdown,
        at,
        unwind,
        mark,
        into_future,
        at_site,
        new,
        poll,
        into_iter
    );
    impl<T> Greedy for T {}
    impl<T: ?Sized> GreedyByReference for T {}
}

#[test]
fn no_trait_of_the_users_wins_against_the_newer_words() {
    #[allow(unused_imports, reason = "that they are in scope is the test")]
    use greedy::{Greedy as _, GreedyByReference as _};

    #[scoped]
    async fn leaf(n: u32) -> Result<u32, String> {
        turns(1).await;
        Ok(n)
    }
    #[scoped]
    async fn body() -> Result<u32, String> {
        let task = spawn!(leaf(1));
        let other = spawn!(leaf(1));
        let third = spawn!(leaf(1));
        let (one, two) = join!(task, leaf(1));
        let (three, four) = try_join!(leaf(1), other)?;
        let five = race! { Ok(n) = third => n, Ok(n) = leaf(1) => n, else => 0 };
        let fast = task_group!(fail_fast, limit = 1, ordered);
        fast.spawn(leaf(1));
        let calm = task_group!(supervised);
        calm.spawn(leaf(1));
        let plain = task_group!(limit = 2);
        plain.spawn(leaf(1));
        let six = fast.join_all().await.len() as u32;
        let seven = calm.stop().await.len() as u32;
        drop(plain.stop().await);
        let eight = join_all!(vec![leaf(1)]).len() as u32;
        let nine = try_join_all!(vec![leaf(1)])?.len() as u32;
        let ten = race_ok!(vec![leaf(1)]).unwrap();
        assert!(seven <= 1);
        Ok(one? + two? + three + four + five + six + eight + nine + ten)
    }
    assert_eq!(rejoin::block_on(body()).unwrap(), Ok(9));
}

/// S0: names of the user's that the expansion of the newer words could be taken for.
mod confusing {
    #![allow(
        non_upper_case_globals,
        dead_code,
        non_camel_case_types,
        unused_macros,
        reason = "what the test is about"
    )]

    use ::rejoin::prelude::{join, race, scoped, spawn, task_group, try_join};

    const Some: u32 = 1;
    const None: u32 = 4;
    struct Option;
    struct Result;
    mod core {}
    mod std {}
    mod rejoin {}
    mod option {}
    fn never() {}
    macro_rules! matches {
        ($($any:tt)*) => {
            compile_error!("the user's")
        };
    }
    macro_rules! unreachable {
        ($($any:tt)*) => {
            compile_error!("the user's")
        };
    }

    #[scoped]
    async fn leaf(n: u32) -> ::core::result::Result<u32, String> {
        Ok(n)
    }

    #[scoped]
    pub(super) async fn body() -> ::core::result::Result<u32, String> {
        let __value = 1;
        let __first = 2;
        let task = spawn!(leaf(1));
        let (one, two) = try_join!(task, leaf(__value))?;
        let group = task_group!(fail_fast, limit = __first as usize);
        group.spawn(leaf(1));
        let sum: u32 = group.join_all().await.into_iter().sum();
        let (three,) = join!(leaf(1));
        let four = race! { biased; Ok(n @ 0..=9) = leaf(1) => n, Err(ref _text) = leaf(2) => 0, else => 0 };
        Ok(one + two + sum + three? + four)
    }
}

#[test]
fn names_of_the_users_do_not_stand_in_for_ours() {
    assert_eq!(rejoin::block_on(confusing::body()).unwrap(), Ok(5));
}

/// S0: patterns and operands of a macro's, and patterns that are macros.
#[test]
fn patterns_and_operands_of_macros() {
    macro_rules! some {
        ($pat:pat) => {
            Some($pat)
        };
    }
    macro_rules! function {
        ($name:ident, $pat:pat, $operand:expr, $handler:expr, $condition:expr) => {
            #[scoped]
            async fn $name() -> Option<u32> {
                let t = spawn!(async { 1 });
                let u = spawn!(async { 2 });
                let both = join!(t, $operand);
                assert_eq!(both.0, 1);
                race! {
                    $pat = $operand, if $condition => $handler,
                    some!(_) = async { turns(3).await; None::<u32> } => None,
                    _ = u, if false => None,
                    else => None,
                }
            }
        };
    }
    function!(
        one,
        Some(n),
        async {
            turns(1).await;
            Some(7)
        },
        Some(n),
        true
    );
    function!(
        two,
        Some(1 | 2),
        std::future::ready(Some(2)),
        {
            turns(1).await;
            Some(7)
        },
        {
            turns(1).await;
            true
        }
    );
    assert_eq!(rejoin::block_on(one()).unwrap(), Some(7));
    assert_eq!(rejoin::block_on(two()).unwrap(), Some(7));
}

/// A condition may ask the very task that its branch would take.
#[scoped]
async fn asks_its_task() -> u32 {
    let task = spawn!(async { 1 });
    let other = spawn!(async {
        turns(1).await;
        2
    });
    race! {
        n = task, if task.site().is_some() => n,
        n = other, if task.site().is_some() => n,
        else => 0,
    }
}

#[test]
fn a_condition_asks_about_a_task() {
    assert!(rejoin::block_on(asks_its_task()).unwrap() > 0);
}
