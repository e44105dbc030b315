//! `scope!`, and the words where they do not belong.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Token};

use crate::check::{self, Subject};
use crate::diag;
use crate::expand;
use crate::lower::{self, AsyncBlock, Place};
use crate::parse::options::Options;
use crate::paths::Paths;
use crate::text;
use crate::words::plain_async;

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    if input.is_empty() {
        return diag::scope_arguments(Span::call_site()).into_compile_error();
    }
    let arguments = |input: ParseStream<'_>| {
        let (options, expr) = (Options::inherited(input)?, input.parse::<Expr>()?);
        input.parse::<Option<Token![,]>>()?;
        if input.is_empty() { Ok((options, expr)) } else { Err(diag::scope_arguments(input.span())) }
    };
    let (options, expr) = match arguments.parse2(input) {
        Ok(arguments) => arguments,
        Err(error) => return error.into_compile_error(),
    };
    let paths = Paths::new(None);
    match plain_async(expr) {
        Ok(block) => {
            let place = Place { span: block.async_token.span, text: "async { … }".to_owned() };
            let checked = check::check(&Subject::of_block(&block.block, &options));
            let lowered = lower::lower_block(block.block, &options);
            let mut diagnostics = lowered.diagnostics;
            diagnostics.append(checked);
            check::check_cleanup(&lowered.body, &mut diagnostics);
            let has_code = diagnostics.has_code();
            let errors = diagnostics.into_compile_errors();
            if !has_code {
                // A block, so that several of them are one expression.
                return quote!({ #errors });
            }
            let block = AsyncBlock { moves: block.capture.is_some(), body: lowered.body, place };
            let call = expand::scope_block(&paths, block);
            if errors.is_empty() { call } else { quote!({ #errors #call }) }
        }
        Err(future) => {
            let tokens = quote::ToTokens::to_token_stream(&future);
            let span = tokens.clone().into_iter().next().map_or_else(Span::call_site, |t| t.span());
            let place = Place { span, text: text::of(tokens) };
            expand::scope_future(&paths, &future, &place)
        }
    }
}

/// A word: named by the expansion of a scoped body, or one that no scoped body has taken.
pub(crate) fn word(input: TokenStream, name: &str) -> TokenStream {
    if input.to_string().replace(' ', "") == "@named" {
        return TokenStream::new();
    }
    diag::word_outside(Span::call_site(), name).into_compile_error()
}
