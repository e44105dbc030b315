//! `calls[, limit = EXPR]` of `join_all!`, `try_join_all!` and `race_ok!`.

use syn::parse::{ParseStream, Parser};
use syn::{Expr, Ident, Macro, Token};

use super::group::limit;
use crate::diag;
use crate::paths::RACE_OK;

pub(crate) struct CollectionArguments {
    pub(crate) calls: Expr,
    pub(crate) limit: Option<Expr>,
}

impl CollectionArguments {
    pub(crate) fn of(mac: &Macro, word: &str) -> syn::Result<Self> {
        if mac.tokens.is_empty() {
            return Err(diag::nothing_to_collect(mac, word));
        }
        let arguments = |input: ParseStream<'_>| Self::parse(input, word);
        arguments.parse2(mac.tokens.clone())
    }

    /// The expressions in it, in the order in which they are evaluated.
    pub(crate) fn into_parts(self) -> impl Iterator<Item = Expr> {
        std::iter::once(self.calls).chain(self.limit)
    }

    fn parse(input: ParseStream<'_>, word: &str) -> syn::Result<Self> {
        let calls: Expr = input.parse()?;
        if let Expr::Assign(option) = &calls {
            return Err(diag::calls_come_first(&option.left, word));
        }
        let mut found = None;
        while !input.is_empty() {
            if !input.peek(Token![,]) {
                return Err(diag::one_collection(input.span(), word));
            }
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            let is_option = match input.fork().parse::<Ident>() {
                Ok(name) => name == "limit" || input.peek2(Token![=]),
                Err(_) => false,
            };
            if !is_option {
                return Err(diag::one_collection(input.span(), word));
            }
            let option: Ident = input.parse()?;
            if option != "limit" || word == RACE_OK {
                return Err(diag::unknown_collection_option(&option, word));
            }
            if found.is_some() {
                return Err(diag::option_twice(option.span(), "limit"));
            }
            found = Some(limit(&option, input)?);
        }
        Ok(Self { calls, limit: found })
    }
}
