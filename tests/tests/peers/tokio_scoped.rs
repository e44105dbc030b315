//! tokio-scoped: scopes that block a thread and change what is outside of them.
//!
//! Without meaning here: a scope on a handle of another runtime.

use rejoin::prelude::*;

#[test]
fn a_child_changes_a_local_of_the_function_around() {
    let mut numbers = vec![1, 2, 3];
    rejoin::block_on(scope!(async {
        let task = spawn!(async { numbers.push(4) });
        task.await;
    }))
    .unwrap();
    assert_eq!(numbers, [1, 2, 3, 4]);
}

#[rejoin::test]
async fn an_inner_scope_changes_a_local_of_the_outer_one_before_the_outer_child_ends() {
    let mut outer = 0;
    let task = spawn!(async {
        let mut inner = 1;
        let nested = spawn!(async { inner += 2 });
        nested.await;
        outer += inner;
    });
    task.await;
    assert_eq!(outer, 3);
}

#[rejoin::test]
async fn two_children_change_two_parts_of_one_local() {
    let mut pair = (0, String::new());
    let (number, text) = (&mut pair.0, &mut pair.1);
    let first = spawn!(async { *number = 7 });
    let second = spawn!(async { text.push_str("seven") });
    first.await;
    second.await;
    assert_eq!(pair, (7, "seven".to_owned()));
}
