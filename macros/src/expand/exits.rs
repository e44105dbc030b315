//! How control leaves what the printer has put around the user's statements.
//!
//! Each way out of a region lands on a label of its own, where what the region started is joined
//! and the way goes on. The ways are not merged, so that the borrow checker sees them apart: a
//! value moved before a `break` may still be used by those who do not take it.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};
use syn::Lifetime;

/// What stands around the statement being printed.
pub(super) enum Scope {
    /// A loop of the user's.
    Loop(Loop),
    /// A labelled block of the user's.
    Block(Lifetime),
    /// A `try` block: `?` leaves it, and nothing else.
    Try,
    /// The statements below a task, a group or a daemon.
    Region(Exits),
    /// The statements below a `defer!`: an `async` block of its own.
    Defer(Exits),
}

/// A loop, and its label.
pub(super) struct Loop {
    /// The user's label, or one of ours.
    label: Lifetime,
    own: bool,
    /// A jump from inside a region needs the label.
    needed: bool,
}

impl Loop {
    pub(super) fn new(label: Option<&syn::Label>, number: usize) -> Self {
        let ours = || Lifetime::new(&format!("'__loop_{number}"), Span::mixed_site());
        let own = label.is_some();
        Self { label: label.map_or_else(ours, |label| label.name.clone()), own, needed: false }
    }

    /// The label to print, where the loop has none.
    pub(super) fn missing_label(self) -> Option<syn::Label> {
        (self.needed && !self.own)
            .then(|| syn::Label { name: self.label, colon_token: <syn::Token![:]>::default() })
    }
}

/// The ways out of a region that have been used.
pub(super) struct Exits {
    number: usize,
    returns: bool,
    jumps: Vec<Jump>,
}

/// A `break` or `continue` out of a region.
struct Jump {
    breaks: bool,
    label: Lifetime,
    value: bool,
}

/// One jump, where it has landed.
pub(super) struct Landed {
    pub(super) label: Lifetime,
    /// Where a `break` out of a `defer!` region keeps its value on the way.
    pub(super) carrier: Ident,
    pub(super) has_value: bool,
    /// What it goes on with; the value, if any, is in `__jumped`.
    pub(super) goes_on: TokenStream,
}

impl Exits {
    pub(super) fn new(number: usize) -> Self {
        Self { number, returns: false, jumps: Vec::new() }
    }

    fn label(&self, name: &str, index: usize) -> Lifetime {
        Lifetime::new(&format!("'__{name}_{}_{index}", self.number), Span::mixed_site())
    }

    /// Where the end of the region goes.
    pub(super) fn done(&self) -> Lifetime {
        self.label("done", 0)
    }

    /// Where `return` and `?` go, if any is used.
    pub(super) fn returned(&self) -> Option<Lifetime> {
        self.returns.then(|| self.label("return", 0))
    }

    /// The label around the statements below a `defer!`.
    pub(super) fn below(&self) -> Lifetime {
        self.label("below", 0)
    }

    /// The local that says which jump left the statements below a `defer!`.
    pub(super) fn jump(&self) -> Ident {
        format_ident!("__jump_{}", self.number, span = Span::mixed_site())
    }

    fn carrier(&self, index: usize) -> Ident {
        format_ident!("__carried_{}_{index}", self.number, span = Span::mixed_site())
    }

    /// A jump out of the statements below a `defer!`, which are an `async` block of their own.
    fn print_below(&self, way: usize, value: Option<&TokenStream>) -> TokenStream {
        let (below, jump, carrier) = (self.below(), self.jump(), self.carrier(way));
        let carry = value.map(|value| quote!(#carrier = ::core::option::Option::Some(#value);));
        let number = Literal::usize_unsuffixed(way + 1);
        quote!({
            #carry
            #jump = #number;
            break #below ::core::option::Option::None
        })
    }

    /// The number of a way out, the same for equal ways.
    fn way(&mut self, jump: Jump) -> usize {
        let known = self.jumps.iter().position(|known| {
            known.breaks == jump.breaks && known.value == jump.value && known.label.ident == jump.label.ident
        });
        known.unwrap_or_else(|| {
            self.jumps.push(jump);
            self.jumps.len() - 1
        })
    }
}

/// The stack of what is around, the innermost last.
#[derive(Default)]
pub(super) struct Scopes {
    around: Vec<Scope>,
}

impl Scopes {
    pub(super) fn push(&mut self, scope: Scope) {
        self.around.push(scope);
    }

    pub(super) fn pop(&mut self) -> Option<Scope> {
        self.around.pop()
    }

    /// Whether `return` and `?` here must be rewritten.
    pub(super) fn is_exit_rewritten(&self, strict: bool) -> bool {
        for scope in self.around.iter().rev() {
            match scope {
                Scope::Region(_) => return true,
                Scope::Defer(_) => break,
                Scope::Try => return false,
                Scope::Loop(_) | Scope::Block(_) => {}
            }
        }
        strict
    }

    /// Leaves the function with `value`, from here.
    pub(super) fn print_return(&mut self, value: &TokenStream) -> TokenStream {
        for scope in self.around.iter_mut().rev() {
            match scope {
                Scope::Region(exits) => {
                    exits.returns = true;
                    let label = exits.label("return", 0);
                    return quote!(break #label #value);
                }
                Scope::Defer(_) => break,
                Scope::Loop(_) | Scope::Block(_) | Scope::Try => {}
            }
        }
        quote!(return #value)
    }

    /// A `break` or `continue`, from here; `None` if it may stay as it is.
    pub(super) fn print_jump(
        &mut self,
        breaks: bool,
        label: Option<&Lifetime>,
        value: Option<&TokenStream>,
    ) -> Option<TokenStream> {
        let target = self.around.iter().rposition(|scope| match (scope, label) {
            (Scope::Loop(_), None) => true,
            (Scope::Loop(Loop { label: name, .. }) | Scope::Block(name), Some(label)) => {
                name.ident == label.ident
            }
            _ => false,
        })?;
        let target_label = match &self.around[target] {
            Scope::Loop(around) => around.label.clone(),
            Scope::Block(label) => label.clone(),
            Scope::Try | Scope::Region(_) | Scope::Defer(_) => return None,
        };
        let exits = self.around[target + 1..].iter_mut().rev().find_map(|scope| match scope {
            Scope::Region(exits) => Some((exits, false)),
            Scope::Defer(exits) => Some((exits, true)),
            Scope::Loop(_) | Scope::Block(_) | Scope::Try => None,
        });
        let (exits, below_defer) = exits?;
        let jump = Jump { breaks, label: target_label, value: value.is_some() };
        let way = exits.way(jump);
        let printed = if below_defer {
            exits.print_below(way, value)
        } else {
            let label = exits.label("jump", way);
            quote!(break #label #value)
        };
        if let Scope::Loop(around) = &mut self.around[target] {
            around.needed = true;
        }
        Some(printed)
    }

    /// What the ways out of a region, which is no longer around, go on with.
    pub(super) fn land(&mut self, exits: &Exits) -> Vec<Landed> {
        let mut landed = Vec::new();
        for (index, jump) in exits.jumps.iter().enumerate() {
            let value = jump.value.then(|| {
                let value = crate::paths::hidden("__jumped");
                quote!(#value)
            });
            let label = &jump.label;
            let further = self.print_jump(jump.breaks, Some(label), value.as_ref());
            let goes_on = further.unwrap_or_else(|| {
                if jump.breaks { quote!(break #label #value) } else { quote!(continue #label) }
            });
            landed.push(Landed {
                label: exits.label("jump", index),
                carrier: exits.carrier(index),
                has_value: jump.value,
                goes_on,
            });
        }
        landed
    }
}
