//! `limit = EXPR`, `ordered`, `fail_fast`, `supervised` of `task_group!`.

use syn::parse::{Parse, ParseStream};
use syn::{Expr, Ident, Lit, Macro, Token};

use crate::diag;

/// The options of a group.
#[derive(Default)]
pub(crate) struct GroupArguments {
    pub(crate) limit: Option<Expr>,
    pub(crate) ordered: Option<Ident>,
    pub(crate) errors: Option<(Ident, Errors)>,
}

/// What a group does with the errors of its children.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Errors {
    FailFast,
    Supervised,
}

impl GroupArguments {
    pub(crate) fn of(mac: &Macro) -> syn::Result<Self> {
        mac.parse_body()
    }

    /// What becomes of errors, if that is not the reader's business.
    pub(crate) fn errors(&self) -> Option<Errors> {
        self.errors.as_ref().map(|(_, errors)| *errors)
    }
}

impl Parse for GroupArguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut arguments = Self::default();
        while !input.is_empty() {
            let Ok(option) = input.parse::<Ident>() else {
                return Err(diag::no_group_option(input.span()));
            };
            arguments.option(option, input)?;
            if input.is_empty() {
                break;
            }
            if !input.peek(Token![,]) {
                return Err(diag::group_option_end(input.span()));
            }
            input.parse::<Token![,]>()?;
        }
        Ok(arguments)
    }
}

impl GroupArguments {
    fn option(&mut self, option: Ident, input: ParseStream<'_>) -> syn::Result<()> {
        let name = option.to_string();
        match name.as_str() {
            "limit" => {
                if self.limit.is_some() {
                    return Err(diag::option_twice(option.span(), &name));
                }
                self.limit = Some(limit(&option, input)?);
            }
            "ordered" => {
                no_value(&option, input)?;
                if self.ordered.replace(option.clone()).is_some() {
                    return Err(diag::option_twice(option.span(), &name));
                }
            }
            "fail_fast" | "supervised" => {
                no_value(&option, input)?;
                let errors = if name == "fail_fast" { Errors::FailFast } else { Errors::Supervised };
                match &self.errors {
                    None => self.errors = Some((option, errors)),
                    Some((_, known)) if *known == errors => {
                        return Err(diag::option_twice(option.span(), &name));
                    }
                    Some((known, _)) => return Err(diag::group_options_contradict(&option, known)),
                }
            }
            _ => return Err(diag::unknown_group_option(&option)),
        }
        Ok(())
    }
}

/// `= EXPR`, behind `limit`.
pub(super) fn limit(option: &Ident, input: ParseStream<'_>) -> syn::Result<Expr> {
    if !input.peek(Token![=]) {
        return Err(diag::limit_needs_value(option));
    }
    input.parse::<Token![=]>()?;
    if input.is_empty() || input.peek(Token![,]) {
        return Err(diag::limit_needs_value(option));
    }
    let limit: Expr = input.parse()?;
    if let Expr::Lit(literal) = &limit
        && let Lit::Int(number) = &literal.lit
        && number.base10_digits() == "0"
    {
        return Err(diag::limit_of_nothing(&limit));
    }
    Ok(limit)
}

fn no_value(option: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
    if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        let value: Expr = input.parse()?;
        return Err(diag::option_is_a_word(&value, option));
    }
    Ok(())
}
