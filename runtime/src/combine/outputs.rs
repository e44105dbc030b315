//! What comes out of the lists of branches.

/// The values of a `join!`: all of them.
pub trait Produced {
    /// `(a, (b, ()))`
    type Values;

    #[doc(hidden)]
    fn produced(self) -> Option<Self::Values>;
}

impl Produced for () {
    type Values = ();

    fn produced(self) -> Option<()> {
        Some(())
    }
}

impl<T, R: Produced> Produced for (Option<T>, R) {
    type Values = (T, R::Values);

    fn produced(self) -> Option<Self::Values> {
        Some((self.0?, self.1.produced()?))
    }
}

/// The values of a `try_join!`: all of them, or the one error.
#[diagnostic::on_unimplemented(
    message = "the branches of a `try_join!` must all return a `Result` with the same error, `{E}`",
    label = "one of them does not",
    note = "make them the same with `.map_err(…)` on the calls"
)]
pub trait Succeeded<E> {
    /// `(a, (b, ()))`
    type Values;

    #[doc(hidden)]
    fn succeeded(self, decided: Option<usize>) -> Option<Result<Self::Values, E>>;
}

#[diagnostic::do_not_recommend]
impl<E> Succeeded<E> for () {
    type Values = ();

    fn succeeded(self, _: Option<usize>) -> Option<Result<(), E>> {
        Some(Ok(()))
    }
}

#[diagnostic::do_not_recommend]
impl<T, E, R: Succeeded<E>> Succeeded<E> for (Option<Result<T, E>>, R) {
    type Values = (T, R::Values);

    fn succeeded(self, decided: Option<usize>) -> Option<Result<Self::Values, E>> {
        let (own, rest) = self;
        match decided {
            Some(0) => own?.err().map(Err),
            Some(further) => match rest.succeeded(Some(further - 1))? {
                Err(error) => Some(Err(error)),
                Ok(_) => None,
            },
            None => match (own?.ok()?, rest.succeeded(None)?) {
                (value, Ok(values)) => Some(Ok((value, values))),
                (_, Err(error)) => Some(Err(error)),
            },
        }
    }
}
