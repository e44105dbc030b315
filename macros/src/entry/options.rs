//! The options of `main`, `test` and `root`.

use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream};
use syn::{Expr, Ident, Path, Token, token};

use crate::check;
use crate::diag::{self, Diagnostics};
use crate::parse::options::Options;

/// `word`, `key = EXPR`, `allow(rule, reason = "…")` or `crate = path`, in any order.
#[derive(Default)]
pub(super) struct Settings {
    /// Those that `#[scoped]` knows too.
    pub(super) options: Options,
    pub(super) list: Vec<Setting>,
}

pub(super) struct Setting {
    pub(super) name: Ident,
    pub(super) value: Option<Expr>,
}

impl Parse for Settings {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut settings = Self::default();
        while !input.is_empty() {
            if input.parse::<Option<Token![crate]>>()?.is_some() {
                input.parse::<Token![=]>()?;
                settings.options.krate = Some(Path::parse_mod_style(input)?);
            } else {
                let name: Ident = input.parse()?;
                if name == "allow" && input.peek(token::Paren) {
                    settings.options.allows.push(input.parse()?);
                    end_of_one(input)?;
                    continue;
                }
                let value = match input.parse::<Option<Token![=]>>()? {
                    Some(_) => Some(input.parse()?),
                    None => None,
                };
                settings.list.push(Setting { name, value });
            }
            end_of_one(input)?;
        }
        Ok(settings)
    }
}

fn end_of_one(input: ParseStream<'_>) -> syn::Result<()> {
    if !input.is_empty() {
        input.parse::<Token![,]>()?;
    }
    Ok(())
}

impl Settings {
    /// Reads them; what is wrong with them goes to `diagnostics`.
    pub(super) fn read(arguments: TokenStream, diagnostics: &mut Diagnostics) -> Self {
        let settings = syn::parse2(arguments).unwrap_or_else(|error| {
            diagnostics.push(error);
            Self::default()
        });
        diagnostics.append(check::check_options(&settings.options));
        settings
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
