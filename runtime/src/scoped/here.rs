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
    message = "a scoped call is no future: it is awaited by `.await` in a `#[scoped]` function or a `scope!` block",
    label = "this scoped call is awaited in ordinary code, or given to something that takes futures",
    note = "to await it in this function, put `#[scoped]` on the function",
    note = "instead of `timeout(limit, call)` write `call.timeout(limit)`; instead of giving it to `join!` or \
            `select!` start it with `spawn!`; instead of `Box<dyn Future>` write `BoxScoped`",
    note = "a future that may be handed around is `rejoin::run(call)`; on a plain thread there is \
            `rejoin::block_on(call)`"
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
