/// Goes on with whatever is first: as `tokio::select!`, but the losers have unwound before the handler
/// runs.
///
/// ```
/// use rejoin::prelude::*;
/// use std::time::Duration;
/// use tokio::sync::mpsc;
///
/// #[scoped]
/// async fn next_or_idle(messages: &mut mpsc::Receiver<String>) -> Option<String> {
///     race! {
///         Some(message) = messages.recv() => Some(message),
///         () = tokio::time::sleep(Duration::from_millis(1)) => None,
///         else => None,
///     }
/// }
///
/// let (sender, mut messages) = mpsc::channel(1);
/// assert_eq!(rejoin::block_on(next_or_idle(&mut messages)).unwrap(), None);
/// sender.try_send("hello".to_owned()).unwrap();
/// assert_eq!(rejoin::block_on(next_or_idle(&mut messages)).unwrap().as_deref(), Some("hello"));
/// ```
///
/// # Branches
///
/// `PATTERN = EXPR => HANDLER`, where `EXPR` is
///
/// | | |
/// |---|---|
/// | a scoped call, a future | started with the race; when it loses, it is cancelled with [`Reason::Lost`](crate::Reason::Lost) and unwinds, clean-up included |
/// | an `async` block | a scoped body, likewise |
/// | `t`, a task | taken: when it loses, it is stopped, and its borrow ends with the race |
/// | `&t`, a task | watched: the branch yields `()` when the task has ended, and leaves it as it is |
/// | `g.next()` of a group | the next result; where the group is empty, `Some(x)` does not match |
///
/// Behind `, if CONDITION` a branch takes part only if the condition holds; the operand is evaluated
/// all the same, and a task is stopped. A value that the pattern does not match disables its branch.
/// `else => HANDLER` runs when no branch is left.
///
/// Handlers are code of the function: `?`, `return` and `break` leave what they leave elsewhere.
/// Branches are polled beginning with another one each time; with `biased;` in front, in order.
///
/// A loser that ends with a value all the same has its value dropped. A race inside of a loop that waits
/// for messages must therefore use calls that lose nothing when they are dropped, as with `select!`.
///
/// # Panics
///
/// When all branches are disabled and there is no `else`; and with a panic of a branch, when the others
/// have unwound.
#[doc(inline)]
pub use rejoin_macros::race;
