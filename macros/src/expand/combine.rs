//! Prints `join!`, `try_join!` and `race!`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::visit_mut::{self, VisitMut};
use syn::{FieldPat, Member, Pat, PatWild, Path, Token};

use super::body::Printer;
use crate::lower::{Branch, Contender, Join, Operand, Place, Race, RaceBranch};
use crate::paths::hidden;

/// The branches of one word, in order, as they are made of the operands.
#[derive(Default)]
struct Branches {
    /// Operands, and conditions, that are evaluated before a task is taken: one that leaves the function, by
    /// a `?` say, leaves the task where it can be waited for.
    operands: Vec<TokenStream>,
    names: Vec<Ident>,
    made: Vec<TokenStream>,
}

impl Printer<'_> {
    pub(super) fn join(&mut self, join: Join) -> TokenStream {
        let (cx, site, used) = (self.cx(), self.site(&join.place), used(&join.word));
        let error = hidden("__error");
        let shared = join.fails.then(|| quote!(&#error,));
        let has_task = join.branches.iter().any(|branch| matches!(branch, Branch::Task { .. }));
        let count = join.branches.len();
        let mut branches = Branches::default();
        for branch in join.branches {
            let place = place_of(&branch);
            let (method, arguments) = match branch {
                Branch::Operand(operand, place) => {
                    let call = self.branch_operand(operand, &place, has_task, &mut branches);
                    let site = self.site(&place);
                    (if join.fails { "try_branch" } else { "branch" }, quote!(#shared #call, #site))
                }
                Branch::Task { task, word, guard } => {
                    let (owner, site) = (self.owner(&task, word, guard), self.site(&place));
                    let method = if join.fails { "try_task_branch" } else { "task_branch" };
                    (method, quote!(#shared #owner, #site))
                }
            };
            branches.made.push(self.call(method, arguments, place.span, place.span));
        }
        let values: Vec<Ident> =
            (0..count).map(|number| format_ident!("__value_{number}", span = Span::mixed_site())).collect();
        let pattern = values.iter().rev().fold(quote!(()), |rest, value| quote!((#value, #rest)));
        let chain = self.chain(&branches.made);
        let (joined, wait) = (hidden("__joined"), wait(&join.place));
        if join.fails {
            let waits = branches.around(quote!(#cx.all_ok(#chain, &#error, #site)));
            quote!({
                #used
                let #error = #cx.error_of();
                let #joined = #waits #wait;
                match #joined {
                    ::core::result::Result::Ok(#pattern) => ::core::result::Result::Ok((#(#values,)*)),
                    ::core::result::Result::Err(#error) => ::core::result::Result::Err(#error),
                }
            })
        } else {
            let waits = branches.around(quote!(#cx.all(#chain, #site)));
            quote!({
                #used
                let #pattern = #waits #wait;
                (#(#values,)*)
            })
        }
    }

    /// The value of the branch that was first, and then its handler, which is code of the function.
    pub(super) fn race(&mut self, race: Race) -> TokenStream {
        let (cx, site, used) = (self.cx(), self.site(&race.place), used(&race.word));
        let has_task =
            race.branches.iter().any(|race| matches!(race.contender, Contender::Branch(Branch::Task { .. })));
        let mut branches = Branches::default();
        let mut arms = TokenStream::new();
        let p = self.paths.private();
        for (number, RaceBranch { pattern, contender, condition, mut handler }) in
            race.branches.into_iter().enumerate()
        {
            let place = match &contender {
                Contender::Branch(branch) => place_of(branch),
                Contender::Watched(task) => Place { span: task.span(), text: format!("&{task}") },
            };
            let enabled = condition.map(|mut condition| {
                self.visit_expr_mut(&mut condition);
                quote!(#condition)
            });
            let matching = matching(&pattern, place.span);
            let branch_site = self.site(&place);
            let (method, taken) = match contender {
                Contender::Branch(Branch::Operand(operand, place)) => {
                    ("race_branch", self.branch_operand(operand, &place, has_task, &mut branches))
                }
                Contender::Branch(Branch::Task { task, word, guard }) => {
                    ("race_task", self.owner(&task, word, guard))
                }
                Contender::Watched(task) => {
                    let borrow = quote_spanned!(task.span()=> &);
                    ("race_branch", quote!(#cx.watched(#borrow #task, #branch_site)))
                }
            };
            let enabled = match enabled {
                // It may ask about a task that is taken, and leave the function.
                Some(condition) if has_task => self.before_tasks_are_taken(condition, &place, &mut branches),
                Some(condition) => condition,
                None => quote!(true),
            };
            let arguments = quote!(#taken, #enabled, #matching, #branch_site);
            branches.made.push(self.call(method, arguments, place.span, place.span));
            self.visit_expr_mut(&mut handler);
            // Stands where the operand stands, for errors about the pattern.
            let value = Ident::new("__value", Span::mixed_site().located_at(place.span));
            let mut arm = quote!((::core::option::Option::Some(#value), _));
            for _ in 0..number {
                arm = quote!((_, #arm));
            }
            arms.extend(quote!(#arm => match #value {
                #pattern => #handler,
                #[allow(unreachable_patterns)]
                _ => #p::never(),
            },));
        }
        let otherwise = match race.otherwise {
            Some(mut otherwise) => {
                self.visit_expr_mut(&mut otherwise);
                quote!(#otherwise)
            }
            None => quote!(#p::nobody_is_left()),
        };
        let biased = race.biased;
        let chain = self.chain(&branches.made);
        let waits = branches.around(quote!(#cx.first(#chain, #biased, #site)));
        let (first, wait) = (hidden("__first"), wait(&race.place));
        quote!({
            #used
            // What the operands have borrowed is free again when a handler runs.
            let #first = #waits #wait;
            match #first {
                #arms
                #[allow(unreachable_patterns)]
                _ => #otherwise,
            }
        })
    }

    fn branch_operand(
        &mut self,
        operand: Operand,
        place: &Place,
        before: bool,
        branches: &mut Branches,
    ) -> TokenStream {
        let operand = self.operand(operand);
        if before { self.before_tasks_are_taken(operand, place, branches) } else { operand }
    }

    /// Has `value` evaluated before a task is taken; its name.
    fn before_tasks_are_taken(
        &mut self,
        value: TokenStream,
        place: &Place,
        branches: &mut Branches,
    ) -> TokenStream {
        let number = self.number();
        let span = Span::mixed_site().located_at(place.span);
        let name = format_ident!("__operand_{number}", span = span);
        branches.operands.push(value);
        branches.names.push(name.clone());
        quote!(#name)
    }

    fn chain(&self, branches: &[TokenStream]) -> TokenStream {
        let cx = self.cx();
        branches.iter().rev().fold(quote!(#cx.no_more()), |rest, branch| quote!(#cx.and(#branch, #rest)))
    }
}

impl Branches {
    fn around(&self, waits: TokenStream) -> TokenStream {
        let (operands, names) = (&self.operands, &self.names);
        if operands.is_empty() {
            return waits;
        }
        quote!(match (#(#operands,)*) { (#(#names,)*) => #waits })
    }
}

fn place_of(branch: &Branch) -> Place {
    match branch {
        Branch::Operand(_, place) => place.clone(),
        Branch::Task { task, .. } => Place { span: task.span(), text: task.to_string() },
    }
}

/// `.await`, where the word stands.
pub(super) fn wait(place: &Place) -> TokenStream {
    quote_spanned!(Span::mixed_site().located_at(place.span)=> .await)
}

/// Names the word, so that its import is used. Other crates have macros of these names, too, which
/// are not to be called.
pub(super) fn used(word: &Path) -> TokenStream {
    quote!(#[allow(unused_imports)] use #word as _;)
}

/// `|value| matches!(value, PATTERN)`, without the names the pattern binds.
fn matching(pattern: &Pat, place: Span) -> TokenStream {
    let mut pattern = pattern.clone();
    Unnamed.visit_pat_mut(&mut pattern);
    if matches!(pattern, Pat::Wild(_)) {
        return quote!(|_| true);
    }
    // Stands where the operand stands, for errors about the pattern.
    let span = Span::mixed_site().located_at(place);
    let value = Ident::new("__value", span);
    let looked_at = quote_spanned!(span=> *#value);
    quote!(|#value| match #looked_at {
        #pattern => true,
        #[allow(unreachable_patterns)]
        _ => false,
    })
}

/// Input `Some(mut x)`, output `Some(_)`.
struct Unnamed;

impl VisitMut for Unnamed {
    fn visit_pat_mut(&mut self, pattern: &mut Pat) {
        match pattern {
            Pat::Ident(name) => {
                // A name in capitals is a constant or a variant.
                let constant = name.subpat.is_none()
                    && name.by_ref.is_none()
                    && name.ident.to_string().starts_with(char::is_uppercase);
                match name.subpat.take() {
                    Some((_, inner)) => {
                        *pattern = match *inner {
                            Pat::Paren(alternatives) => *alternatives.pat,
                            inner => inner,
                        };
                        self.visit_pat_mut(pattern);
                    }
                    None if constant => {}
                    None => {
                        let underscore_token = Token![_](name.ident.span());
                        *pattern = Pat::Wild(PatWild { attrs: Vec::new(), underscore_token });
                    }
                }
            }
            Pat::Type(typed) => {
                let mut inner = (*typed.pat).clone();
                self.visit_pat_mut(&mut inner);
                *pattern = inner;
            }
            other => visit_mut::visit_pat_mut(self, other),
        }
    }

    fn visit_field_pat_mut(&mut self, field: &mut FieldPat) {
        if field.colon_token.is_none()
            && let Member::Named(name) = &field.member
        {
            field.colon_token = Some(Token![:](name.span()));
        }
        self.visit_pat_mut(&mut field.pat);
    }
}
