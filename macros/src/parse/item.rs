//! The item below the attribute, at two levels: a body is either understood, or kept as it is
//! with what is wrong about it.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Block, FnModifiers, Signature, Token, Visibility, braced, token};

/// What the attribute stands on.
pub(crate) enum Input {
    Function(Function),
    /// An `impl` block or a trait: its head and its members.
    Container(Container),
}

pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) modifiers: FnModifiers,
    pub(crate) signature: Signature,
    pub(crate) body: Body,
}

pub(crate) enum Body {
    /// A method of a trait without a default body.
    None,
    Full(Block),
    /// Does not parse: half-typed, or syntax this crate does not know.
    Opaque(syn::Error),
}

pub(crate) struct Container {
    pub(crate) kind: ContainerKind,
    pub(crate) attributes: Vec<Attribute>,
    /// Everything from after the attributes up to the opening brace.
    pub(crate) head: TokenStream,
    pub(crate) brace: token::Brace,
    /// Inner attributes.
    pub(crate) inner: Vec<Attribute>,
    pub(crate) members: Vec<Member>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ContainerKind {
    InherentImpl,
    TraitImpl,
    Trait,
}

pub(crate) enum Member {
    /// An async function.
    Function(Box<Function>),
    /// Anything else, as it is.
    Other(TokenStream),
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let ahead = input.fork();
        ahead.parse::<Visibility>()?;
        ahead.parse::<Option<Token![default]>>()?;
        ahead.parse::<Option<Token![unsafe]>>()?;
        if ahead.peek(Token![impl]) || ahead.peek(Token![trait]) {
            return Container::parse(attributes, input).map(Self::Container);
        }
        Function::parse_after(attributes, input).map(Self::Function)
    }
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        Self::parse_after(attributes, input)
    }
}

impl Function {
    fn parse_after(attributes: Vec<Attribute>, input: ParseStream<'_>) -> syn::Result<Self> {
        let visibility = input.parse()?;
        let mut modifiers = FnModifiers::default();
        // `default` before anything a function can begin with; elsewhere it is a name.
        if input.peek(Token![default]) {
            modifiers.defaultness = input.parse()?;
        }
        let signature = input.parse()?;
        let body = if input.peek(Token![;]) {
            input.parse::<Token![;]>()?;
            Body::None
        } else {
            Body::parse(input)?
        };
        Ok(Self { attributes, visibility, modifiers, signature, body })
    }
}

impl Body {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let tree: TokenTree = input.parse()?;
        match braces(&tree) {
            Some(group) => Ok(Self::of_group(&group)),
            None => Err(syn::Error::new(tree.span(), "expected the body of the function")),
        }
    }

    fn of_group(group: &Group) -> Self {
        match syn::parse2(group.to_token_stream()) {
            Ok(block) => Self::Full(block),
            Err(error) => Self::Opaque(error),
        }
    }
}

/// A group in braces, or the `$body:block` of a macro, which has one around it that nobody sees.
fn braces(tree: &TokenTree) -> Option<Group> {
    let TokenTree::Group(group) = tree else { return None };
    match group.delimiter() {
        Delimiter::Brace => Some(group.clone()),
        Delimiter::None => {
            let mut inside = group.stream().into_iter();
            let only = inside.next()?;
            if inside.next().is_none() { braces(&only) } else { None }
        }
        Delimiter::Parenthesis | Delimiter::Bracket => None,
    }
}

impl Container {
    fn parse(attributes: Vec<Attribute>, input: ParseStream<'_>) -> syn::Result<Self> {
        let mut head = TokenStream::new();
        let mut is_trait = false;
        let mut has_for = false;
        while !input.peek(token::Brace) {
            if input.is_empty() {
                return Err(input.error("expected the members in braces"));
            }
            is_trait |= input.peek(Token![trait]);
            // `for<'a>` in a bound is no `for Type`.
            has_for |= input.peek(Token![for]) && !input.peek2(Token![<]);
            input.parse::<TokenTree>()?.to_tokens(&mut head);
        }
        let kind = match (is_trait, has_for) {
            (true, _) => ContainerKind::Trait,
            (false, true) => ContainerKind::TraitImpl,
            (false, false) => ContainerKind::InherentImpl,
        };
        let content;
        let brace = braced!(content in input);
        let inner = content.call(Attribute::parse_inner)?;
        let mut members = Vec::new();
        while !content.is_empty() {
            members.push(Member::parse(&content)?);
        }
        Ok(Self { kind, attributes, head, brace, inner, members })
    }
}

impl Member {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let ahead = input.fork();
        ahead.call(Attribute::parse_outer)?;
        ahead.parse::<Visibility>()?;
        if ahead.peek(Token![default]) && !ahead.peek2(Token![!]) {
            ahead.parse::<Token![default]>()?;
        }
        if ahead.peek(Token![async]) || (ahead.peek(Token![unsafe]) && ahead.peek2(Token![async])) {
            let attributes = input.call(Attribute::parse_outer)?;
            return Function::parse_after(attributes, input)
                .map(|function| Self::Function(Box::new(function)));
        }
        Ok(Self::Other(other_member(input)?))
    }
}

/// A member that is no async function, as it is, whether or not it parses: a function ends with a
/// block or `;`, a macro with its braces or `;`, anything else with `;`.
fn other_member(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    let (mut function, mut macro_) = (false, false);
    while !input.is_empty() {
        let tree: TokenTree = input.parse()?;
        let ends = match &tree {
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace && (function || macro_),
            TokenTree::Punct(punct) => {
                macro_ |= punct.as_char() == '!' && !function;
                punct.as_char() == ';'
            }
            TokenTree::Ident(word) => {
                function |= word == "fn";
                false
            }
            TokenTree::Literal(_) => false,
        };
        tree.to_tokens(&mut tokens);
        if ends {
            break;
        }
    }
    Ok(tokens)
}
