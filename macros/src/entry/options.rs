//! The options of `main`, `test` and `root`.

use syn::parse::{Parse, ParseStream};
use syn::{Expr, Ident, Path, Token};

use crate::diag;

/// `word`, `key = EXPR` or `crate = path`, in any order.
pub(super) struct Settings {
    pub(super) krate: Option<Path>,
    pub(super) list: Vec<Setting>,
}

pub(super) struct Setting {
    pub(super) name: Ident,
    pub(super) value: Option<Expr>,
}

impl Parse for Settings {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut settings = Self { krate: None, list: Vec::new() };
        while !input.is_empty() {
            if input.parse::<Option<Token![crate]>>()?.is_some() {
                input.parse::<Token![=]>()?;
                settings.krate = Some(Path::parse_mod_style(input)?);
            } else {
                let name: Ident = input.parse()?;
                let value = match input.parse::<Option<Token![=]>>()? {
                    Some(_) => Some(input.parse()?),
                    None => None,
                };
                settings.list.push(Setting { name, value });
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(settings)
    }
}

impl Setting {
    /// The value of an option that needs one.
    pub(super) fn value(&self) -> syn::Result<&Expr> {
        self.value.as_ref().ok_or_else(|| diag::option_needs_value(&self.name))
    }

    /// An option that is a word.
    pub(super) fn flag(&self) -> syn::Result<()> {
        match &self.value {
            Some(value) => Err(diag::option_is_a_word(value, &self.name)),
            None => Ok(()),
        }
    }
}
