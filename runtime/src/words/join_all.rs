/// Starts every call of a collection, in parallel, and waits for all: `let values = join_all!(calls);`
///
/// `calls` is anything that can be iterated over and yields scoped calls or futures, which may borrow what
/// stands above. The result is a `Vec` of their values, in the order of the calls. The word waits by
/// itself, no `.await` is written.
///
/// ```
/// use rejoin::prelude::*;
///
/// #[scoped]
/// async fn double(n: &u32) -> u32 { n * 2 }
///
/// #[scoped]
/// async fn double_all(numbers: &[u32]) -> Vec<u32> {
///     join_all!(numbers.iter().map(double))
/// }
/// assert_eq!(rejoin::block_on(double_all(&[1, 2, 3])).unwrap(), [2, 4, 6]);
/// ```
///
/// `join_all!(calls, limit = n)` runs at most `n` of them at a time.
///
/// A panic of one stops the others, and goes on when they have unwound. When the scope is cancelled,
/// all unwind, and then the body.
///
/// # Cost
///
/// As one [`spawn!`](crate::spawn) for each call. The calls are taken out of the iterator before the first
/// is started. For calls that are made while others run, and for results one by one, there is
/// [`task_group!`](crate::task_group).
#[doc(inline)]
pub use rejoin_macros::join_all;

/// As [`join_all!`](crate::join_all) for calls that return a `Result`: the values, in the order of the calls,
/// or the first error.
///
/// On the first error the others are cancelled, and have unwound when it is returned. An error that
/// comes later becomes an [`Event`](crate::Event).
///
/// ```
/// use rejoin::prelude::*;
///
/// #[scoped]
/// async fn parse(text: &str) -> Result<u32, std::num::ParseIntError> { text.parse() }
///
/// #[scoped]
/// async fn sum(texts: &[&str]) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
///     let numbers = try_join_all!(texts.iter().map(|text| parse(text)), limit = 8)?;
///     Ok(numbers.into_iter().sum())
/// }
/// assert_eq!(rejoin::block_on(sum(&["1", "2"])).unwrap().unwrap(), 3);
/// assert!(rejoin::block_on(sum(&["1", "x"])).unwrap().is_err());
/// ```
#[doc(inline)]
pub use rejoin_macros::try_join_all;
