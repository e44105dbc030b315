/// Waits for several things at once, in this task: `let (a, b) = join!(first, second);`
///
/// Each is a scoped call, a future, a task, or an `async` block, which is a scoped body. They run
/// concurrently, not in parallel; for that, [`spawn!`](crate::spawn). The result is a tuple of all values.
///
/// ```
/// use rejoin::prelude::*;
///
/// #[scoped]
/// async fn name(id: u32) -> String { format!("patient {id}") }
///
/// #[scoped]
/// async fn describe(id: u32) -> String {
///     let age = spawn!(async { 41 });
///     let (name, age) = join!(name(id), age);
///     format!("{name}, {age}")
/// }
/// assert_eq!(rejoin::block_on(describe(7)).unwrap(), "patient 7, 41");
/// ```
///
/// A panic of one stops the others, and goes on when they have unwound. When the scope is cancelled,
/// all unwind, and then the body. In a scoped body `join!` is always this one; elsewhere the name is
/// free.
///
/// # Cost
///
/// For each branch that is a scoped call, a block or a task, a node in the tree of scopes: one allocation;
/// for an ordinary future nothing. All branches are polled whenever one
/// of them is woken, beginning with another one each time.
#[doc(inline)]
pub use rejoin_macros::join;

/// As [`join!`](crate::join) for things that return a `Result`, all with the same error: the tuple of
/// the values, or the first error.
///
/// On the first error the others are stopped, and have unwound when it is returned. An error that
/// comes later becomes an [`Event`](crate::Event).
///
/// ```
/// use rejoin::prelude::*;
///
/// #[scoped]
/// async fn half(n: u32) -> Result<u32, String> {
///     if n % 2 == 0 { Ok(n / 2) } else { Err(format!("{n} is odd")) }
/// }
///
/// #[scoped]
/// async fn halves(a: u32, b: u32) -> Result<u32, String> {
///     let (a, b) = try_join!(half(a), half(b))?;
///     Ok(a + b)
/// }
/// assert_eq!(rejoin::block_on(halves(2, 4)).unwrap(), Ok(3));
/// assert_eq!(rejoin::block_on(halves(2, 5)).unwrap(), Err("5 is odd".to_owned()));
/// ```
#[doc(inline)]
pub use rejoin_macros::try_join;
