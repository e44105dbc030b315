//! Why awaiting a `Scoped` outside of a scoped body is an error that says what to write.

use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::Scoped;

/// A scoped call, where rustc asks whether it is a future.
#[derive(Debug)]
pub struct AScopedCall<F>(PhantomData<F>);

/// Nothing implements this: in a scoped body the attribute rewrites `.await`, so that rustc never
/// asks.
#[diagnostic::on_unimplemented(
    message = "a scoped call can only be awaited in a `#[scoped]` function or a `scope!` block",
    label = "this scoped call is awaited, or handed to something that takes futures, in ordinary code",
    note = "to await it here, put `#[scoped]` on the enclosing `async fn`",
    note = "to make it a future that may be handed around, write `rejoin::run(call)`; on a plain \
            thread, `rejoin::block_on(call)`",
    note = "instead of `timeout(d, call)` write `call.timeout(d).await`; instead of `select!` or `join!` \
            from other crates, those of `rejoin`; instead of `Box<dyn Future>`, `BoxScoped`"
)]
pub trait InsideAScopedBody {}

// The bound cannot be met, so that a scoped call is no future; the impl exists so that rustc
// prints the text above.
impl<F: Future> Future for Scoped<F>
where
    AScopedCall<F>: InsideAScopedBody,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<F::Output> {
        unreachable!("its bound cannot be met")
    }
}
