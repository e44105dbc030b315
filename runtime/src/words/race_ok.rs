/// Starts every call of a collection, in parallel, and waits for the first that succeeds: `Ok` with its value,
/// or `Err` with all errors, in the order of the calls, if none does.
///
/// The others are cancelled, and have unwound when the value is returned. What they return or had
/// returned is dropped; a panic of one of them still travels. Of no calls at all it is `Err` with
/// no errors.
///
/// ```
/// use rejoin::prelude::*;
///
/// #[scoped]
/// async fn ask(mirror: &str) -> Result<usize, String> {
///     if mirror.starts_with("http") { Ok(mirror.len()) } else { Err(format!("{mirror} is no mirror")) }
/// }
///
/// #[scoped]
/// async fn fetch(mirrors: &[&str]) -> Result<usize, String> {
///     race_ok!(mirrors.iter().map(|mirror| ask(mirror))).map_err(|errors| errors.join(", "))
/// }
/// assert_eq!(rejoin::block_on(fetch(&["one", "http://two"])).unwrap(), Ok(10));
/// assert_eq!(rejoin::block_on(fetch(&["a", "b"])).unwrap(), Err("a is no mirror, b is no mirror".to_owned()));
/// ```
///
/// As all words that wait it stands in a scoped body and no `.await` is written. For different things, or
/// for the first whatever it is, there is [`race!`](crate::race).
#[doc(inline)]
pub use rejoin_macros::race_ok;
