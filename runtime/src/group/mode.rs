//! What a group does with the errors and panics of its children.

use std::fmt;

use super::fail::Fails;
use std::sync::Arc;

/// The third parameter of a [`TaskGroup`](crate::TaskGroup) made by `task_group!()`: what a child yields
/// is the reader's, also if it is a `Result`, and a panic travels to the function with the group.
/// It is the default and so never written.
///
/// ```
/// use rejoin::{Plain, TaskGroup, prelude::*};
///
/// // The same type, with and without it.
/// fn same<'g>(group: TaskGroup<'g, u32>) -> TaskGroup<'g, u32, Plain> {
///     group
/// }
/// ```
#[derive(Debug)]
pub struct Plain(pub(super) ());

/// The third parameter of a [`TaskGroup`](crate::TaskGroup) made by `task_group!(fail_fast)`: children
/// return `Result<T, E>`, and the first error leaves the function with the group.
///
/// ```
/// use rejoin::{FailFast, TaskGroup, prelude::*};
/// use std::num::ParseIntError;
///
/// #[scoped]
/// async fn parse(text: &str) -> Result<u32, ParseIntError> { text.parse() }
///
/// #[scoped]
/// async fn parse_each<'g>(group: TaskGroup<'g, u32, FailFast<ParseIntError>>, texts: &'g [&'g str]) {
///     for text in texts {
///         group.spawn(parse(text));
///     }
/// }
///
/// #[scoped]
/// async fn sum(texts: &[&str]) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
///     let group = task_group!(fail_fast);
///     parse_each(group, texts).await;
///     Ok(group.join_all().await.into_iter().sum())
/// }
/// assert_eq!(rejoin::block_on(sum(&["1", "2"])).unwrap().unwrap(), 3);
/// assert!(rejoin::block_on(sum(&["1", "x"])).unwrap().is_err());
/// ```
pub struct FailFast<E> {
    pub(super) path: Arc<dyn Fails<E>>,
}

impl<E> fmt::Debug for FailFast<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FailFast")
    }
}

/// The third parameter of a [`TaskGroup`](crate::TaskGroup) made by `task_group!(supervised)`: a child
/// that panics or returns an error is reported as an [`Event`](crate::Event) and ends alone.
///
/// ```
/// use rejoin::{Supervised, TaskGroup, prelude::*};
///
/// #[scoped]
/// async fn serve(connection: u32) -> Result<(), String> { Err(format!("{connection} is gone")) }
///
/// #[scoped]
/// async fn accept(group: TaskGroup<'_, (), Supervised>) {
///     for connection in 0..3 {
///         group.spawn(serve(connection));
///     }
/// }
///
/// #[scoped]
/// async fn server() {
///     let group = task_group!(supervised);
///     accept(group).await;
///     group.join_all().await;
/// }
/// # rejoin::set_event_hook(Some(Box::new(|_| {})));
/// rejoin::block_on(server()).unwrap();
/// ```
#[derive(Debug)]
pub struct Supervised(pub(super) ());
