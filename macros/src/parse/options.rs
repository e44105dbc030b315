//! `#[scoped(timeout = …, name = …, dyn, local, allow(rule, reason = …), crate = …)]`.

use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, Ident, LitStr, Path, Token, parenthesized};

use crate::diag::{self, Diagnostics};

#[derive(Default)]
pub(crate) struct Options {
    pub(crate) timeout: Option<Expr>,
    pub(crate) name: Option<Expr>,
    pub(crate) dynamic: bool,
    pub(crate) local: bool,
    pub(crate) krate: Option<Path>,
    pub(crate) allows: Vec<Allow>,
}

/// `allow(rule, reason = "…")`.
#[derive(Clone)]
pub(crate) struct Allow {
    pub(crate) rule: Ident,
    pub(crate) reason: Option<LitStr>,
}

impl Options {
    /// Whether a rule is allowed, with or without a reason: a missing reason is an error of its
    /// own.
    pub(crate) fn allows(&self, rule: &str) -> bool {
        self.allows.iter().any(|allow| allow.rule == rule)
    }

    /// The rules that are allowed.
    pub(crate) fn allowed(&self) -> Vec<Ident> {
        self.allows.iter().map(|allow| allow.rule.clone()).collect()
    }

    /// Takes off `@allow(rule, …)`, which a scoped body puts before what stands in its `scope!`.
    pub(crate) fn inherited(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut options = Self::default();
        if input.parse::<Option<Token![@]>>()?.is_some() {
            input.parse::<Ident>()?;
            let content;
            parenthesized!(content in input);
            let rules = Punctuated::<Ident, Token![,]>::parse_terminated(&content)?;
            options.allows.extend(rules.into_iter().map(|rule| Allow { rule, reason: None }));
        }
        Ok(options)
    }
}

impl Parse for Allow {
    /// What stands behind the word `allow`.
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let content;
        let parentheses = parenthesized!(content in input);
        let place = if content.is_empty() { parentheses.span.join() } else { content.span() };
        let parsed = Self::of_content(&content);
        // What is left is no mistake of its own.
        let left: TokenStream = content.parse()?;
        match parsed {
            Ok(allow) if left.is_empty() => Ok(allow),
            _ => Err(diag::allow_form(place)),
        }
    }
}

impl Allow {
    fn of_content(content: ParseStream<'_>) -> syn::Result<Self> {
        let rule = content.parse()?;
        let mut reason = None;
        if content.parse::<Option<Token![,]>>()?.is_some() && content.peek(Ident) {
            let key: Ident = content.parse()?;
            if key != "reason" {
                return Err(diag::allow_form(key.span()));
            }
            content.parse::<Token![=]>()?;
            reason = Some(content.parse()?);
            content.parse::<Option<Token![,]>>()?;
        }
        Ok(Self { rule, reason })
    }
}

/// One option.
enum Entry {
    Timeout(Ident, Expr),
    Name(Ident, Expr),
    Dynamic(Token![dyn]),
    Local(Ident),
    Crate(Token![crate], Path),
    Allow(Allow),
}

impl Parse for Entry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if let Some(token) = input.parse::<Option<Token![dyn]>>()? {
            return Ok(Self::Dynamic(token));
        }
        if let Some(token) = input.parse::<Option<Token![crate]>>()? {
            input.parse::<Token![=]>()?;
            return Ok(Self::Crate(token, Path::parse_mod_style(input)?));
        }
        if !input.peek(Ident) {
            return Err(diag::no_option(input.span()));
        }
        let name: Ident = input.parse()?;
        match name.to_string().as_str() {
            "timeout" | "name" if !input.peek(Token![=]) => Err(diag::option_needs_value(&name)),
            "timeout" => {
                input.parse::<Token![=]>()?;
                Ok(Self::Timeout(name, input.parse()?))
            }
            "name" => {
                input.parse::<Token![=]>()?;
                Ok(Self::Name(name, input.parse()?))
            }
            "local" => Ok(Self::Local(name)),
            "allow" => input.parse().map(Self::Allow),
            other => Err(diag::unknown_option(name.span(), other)),
        }
    }
}

/// The list of options, and everything wrong with it.
pub(crate) struct ParsedOptions {
    pub(crate) options: Options,
    pub(crate) diagnostics: Diagnostics,
}

impl Parse for ParsedOptions {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut options = Options::default();
        let mut diagnostics = Diagnostics::default();
        while !input.is_empty() {
            match input.parse() {
                Ok(entry) => options.add(entry, &mut diagnostics),
                Err(error) => {
                    diagnostics.push(error);
                    skip_to_comma(input)?;
                }
            }
            if !input.is_empty()
                && let Err(error) = input.parse::<Token![,]>()
            {
                diagnostics.push(error);
                skip_to_comma(input)?;
                input.parse::<Option<Token![,]>>()?;
            }
        }
        Ok(Self { options, diagnostics })
    }
}

fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}

impl Options {
    fn add(&mut self, entry: Entry, diagnostics: &mut Diagnostics) {
        let twice = match entry {
            Entry::Timeout(name, value) => self.timeout.replace(value).map(|_| (name.span(), "timeout")),
            Entry::Name(name, value) => self.name.replace(value).map(|_| (name.span(), "name")),
            Entry::Dynamic(token) => {
                std::mem::replace(&mut self.dynamic, true).then_some((token.span, "dyn"))
            }
            Entry::Local(name) => std::mem::replace(&mut self.local, true).then_some((name.span(), "local")),
            Entry::Crate(token, path) => self.krate.replace(path).map(|_| (token.span, "crate")),
            Entry::Allow(allow) => {
                self.allows.push(allow);
                None
            }
        };
        if let Some((span, name)) = twice {
            diagnostics.push(diag::option_twice(span, name));
        }
    }
}
