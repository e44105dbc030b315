//! `#[instrument(…)]` of tracing, which rejoin applies itself: the attribute would be given code that
//! only rejoin may see, and would leave the words of the language in a block of its own.

use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Ident, Meta, Path, Token, parenthesized};

use crate::diag;

/// What a span is made of.
pub(crate) struct Instrument {
    /// The attribute as the user named it.
    pub(crate) attribute: Path,
    pub(crate) name: Option<Expr>,
    pub(crate) level: Option<Expr>,
    pub(crate) target: Option<Expr>,
    pub(crate) parent: Option<Expr>,
    pub(crate) follows_from: Option<Expr>,
    /// The parameters that are no fields.
    pub(crate) skip: Vec<Ident>,
    pub(crate) skip_all: bool,
    pub(crate) fields: TokenStream,
    /// An event for a returned `Err`.
    pub(crate) err: Option<Outcome>,
    /// An event for the returned value.
    pub(crate) ret: Option<Outcome>,
}

/// How a returned value is written into an event.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) level: Option<Expr>,
    pub(crate) form: Option<Form>,
}

#[derive(Clone, Copy)]
pub(crate) enum Form {
    Debug,
    Display,
}

/// Takes `#[instrument]` out of a function's attributes.
pub(crate) fn take(attributes: &mut Vec<Attribute>) -> syn::Result<Option<Instrument>> {
    let place = attributes.iter().position(|attribute| {
        let segments = &attribute.path().segments;
        let of_tracing =
            segments.len() == 1 || segments.first().is_some_and(|first| first.ident == "tracing");
        of_tracing && segments.last().is_some_and(|last| last.ident == "instrument")
    });
    let Some(place) = place else { return Ok(None) };
    let attribute = attributes.remove(place);
    if cfg!(not(feature = "tracing")) {
        return Err(diag::instrument_needs_feature(&attribute));
    }
    let path = attribute.path().clone();
    match &attribute.meta {
        Meta::Path(_) => Ok(Some(Instrument::new(path))),
        _ => attribute.parse_args_with(|input: ParseStream<'_>| Instrument::parse(path, input)).map(Some),
    }
}

impl Instrument {
    fn new(attribute: Path) -> Self {
        Self {
            attribute,
            name: None,
            level: None,
            target: None,
            parent: None,
            follows_from: None,
            skip: Vec::new(),
            skip_all: false,
            fields: TokenStream::new(),
            err: None,
            ret: None,
        }
    }

    fn parse(attribute: Path, input: ParseStream<'_>) -> syn::Result<Self> {
        let mut instrument = Self::new(attribute);
        while !input.is_empty() {
            let key: Ident = input.parse()?;
            match key.to_string().as_str() {
                "name" => instrument.name = Some(value(input)?),
                "level" => instrument.level = Some(value(input)?),
                "target" => instrument.target = Some(value(input)?),
                "parent" => instrument.parent = Some(value(input)?),
                "follows_from" => instrument.follows_from = Some(value(input)?),
                "skip_all" => instrument.skip_all = true,
                "skip" => {
                    let content;
                    parenthesized!(content in input);
                    let names = Punctuated::<_, Token![,]>::parse_terminated_with(&content, any_name)?;
                    instrument.skip.extend(names);
                }
                "fields" => {
                    let content;
                    parenthesized!(content in input);
                    instrument.fields = content.parse()?;
                }
                "err" => instrument.err = Some(input.parse()?),
                "ret" => instrument.ret = Some(input.parse()?),
                _ => return Err(diag::instrument_option(&key)),
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(instrument)
    }
}

impl Parse for Outcome {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut outcome = Self::default();
        if !input.peek(syn::token::Paren) {
            return Ok(outcome);
        }
        let content;
        parenthesized!(content in input);
        while !content.is_empty() {
            let key: Ident = content.parse()?;
            match key.to_string().as_str() {
                "Debug" => outcome.form = Some(Form::Debug),
                "Display" => outcome.form = Some(Form::Display),
                "level" => outcome.level = Some(value(&content)?),
                _ => return Err(diag::instrument_option(&key)),
            }
            if !content.is_empty() {
                content.parse::<Token![,]>()?;
            }
        }
        Ok(outcome)
    }
}

fn value(input: ParseStream<'_>) -> syn::Result<Expr> {
    input.parse::<Token![=]>()?;
    input.parse()
}

/// A name, `self` included.
fn any_name(input: ParseStream<'_>) -> syn::Result<Ident> {
    use syn::ext::IdentExt;
    input.call(Ident::parse_any)
}
