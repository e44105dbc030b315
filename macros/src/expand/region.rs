//! Prints the statements below a word: the regions.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::visit_mut::VisitMut;
use syn::{Attribute, Block, Expr, Item, Stmt};

use super::body::{Printer, first_span, guard};
use super::cleanup::settle_error;
use super::exits::{Exits, Scope};
use super::start::named;
use crate::lower::{Defer, Group, Place, Start, Task, Word, marked_word};
use crate::others::never_returns;
use crate::paths::hidden;
use crate::words::Errors;

/// What is known of the place in which statements stand.
#[derive(Default)]
struct Below {
    /// The local that says where the entries of the block begin, if there is one that serves for
    /// what stands here.
    mark: Option<Ident>,
    /// The type of the value, if it is the body's.
    value: Option<TokenStream>,
}

/// A statement that opens a region.
enum Opening {
    Task(Task),
    Group(Group),
    Daemon(Start),
    Defer(Defer),
}

impl Printer<'_> {
    /// Prints a block. The statements from its first word on become one expression.
    pub(super) fn block(&mut self, block: &mut Block) {
        self.region_of(block, Below::default());
    }

    /// The same for the block whose value is the body's.
    pub(super) fn body_block(&mut self, block: &mut Block) {
        let result = self.result.to_string();
        // What never yields a value has no type that it could be given.
        let typed = result != "_" && result != super::signature::never(self.paths).to_string();
        let value = typed.then(|| self.result.clone());
        self.region_of(block, Below { mark: None, value });
    }

    fn region_of(&mut self, block: &mut Block, below: Below) {
        let Some(place) = block.stmts.iter().position(|stmt| self.is_opening(stmt)) else {
            for statement in &mut block.stmts {
                self.visit_stmt_mut(statement);
            }
            return;
        };
        let mut rest = block.stmts.split_off(place);
        let opening = rest.remove(0);
        // What is declared below may be used above; not so a macro.
        let (items, rest): (Vec<Stmt>, Vec<Stmt>) = rest.into_iter().partition(is_movable_item);
        for statement in &mut block.stmts {
            self.visit_stmt_mut(statement);
        }
        block.stmts.splice(0..0, items);
        let (opening, attributes) = self.take_opening(opening);
        let rest = Block { brace_token: block.brace_token, stmts: rest };
        let printed = match opening {
            Some(Opening::Defer(defer)) => self.defer(defer, &attributes, rest, below.value),
            Some(opening) => self.entry(opening, &attributes, rest, below),
            None => TokenStream::new(),
        };
        block.stmts.push(Stmt::Expr(Expr::Verbatim(printed), None));
    }

    fn is_opening(&self, statement: &Stmt) -> bool {
        let attributes = match statement {
            Stmt::Local(local) => &local.attrs,
            Stmt::Macro(node) => &node.attrs,
            Stmt::Expr(Expr::Macro(node), _) => &node.attrs,
            _ => return false,
        };
        attributes.iter().any(|attribute| {
            matches!(
                self.peek(attribute),
                Some(Word::Task(_) | Word::Group(_) | Word::Daemon(_) | Word::Defer(_))
            )
        })
    }

    fn take_opening(&mut self, statement: Stmt) -> (Option<Opening>, Vec<Attribute>) {
        let mut attributes = match statement {
            Stmt::Local(local) => local.attrs,
            Stmt::Macro(node) => node.attrs,
            Stmt::Expr(Expr::Macro(node), _) => node.attrs,
            _ => Vec::new(),
        };
        let number = attributes.iter().find_map(marked_word);
        let opening = match self.word(&mut attributes) {
            Some(Word::Task(task)) => {
                self.handles.extend(number.filter(|_| task.handle && !task.captured));
                Some(Opening::Task(task))
            }
            Some(Word::Group(group)) => Some(Opening::Group(group)),
            Some(Word::Daemon(start)) => Some(Opening::Daemon(start)),
            Some(Word::Defer(defer)) => Some(Opening::Defer(defer)),
            _ => None,
        };
        (opening, attributes)
    }

    /// A task, group or daemon, and what stands below it.
    fn entry(&mut self, opening: Opening, attributes: &[Attribute], rest: Block, here: Below) -> TokenStream {
        let cx = self.cx();
        let cfgs: Vec<&Attribute> =
            attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect();
        // A daemon is undone alone, when its turn comes; neighbouring tasks together.
        let shared = here.mark.filter(|_| !matches!(opening, Opening::Daemon(_)));
        let set_mark = shared.is_none();
        let mark = shared.unwrap_or_else(|| self.local("mark"));
        let set_mark = set_mark.then(|| quote!(let #mark = #cx.mark();));
        let (start, handle, place, shared) = match opening {
            Opening::Task(task) => {
                let place = task.start.place.clone();
                let owner = guard(&task.name);
                let start = self.start("start", &owner.to_token_stream(), task.start, &cfgs);
                let handle = task.handle.then(|| {
                    let (name, declared) = (&task.name, task.declared.iter());
                    let mutable = task.mutable.then(|| quote!(mut));
                    // Awaiting it goes by the owner, and is a use of the name all the same.
                    quote! {
                        #(#attributes)* let #mutable #name #(: #declared)* = #cx.handle(&#owner);
                        #(#cfgs)* let _ = &#name;
                    }
                });
                (start, handle, place, Some(mark.clone()))
            }
            Opening::Group(mut group) => {
                let place = group.place.clone();
                let start = self.group(&group, &cfgs);
                let opened = self.open_group(&mut group);
                let pattern = &group.pattern;
                // Awaiting its children goes by the guard, and is a use of the name all the same.
                let name = &group.name;
                let used = group.mentioned.then(|| quote!(#(#cfgs)* let _ = &#name;));
                let handle = quote! {
                    #(#attributes)*
                    let #pattern = #opened;
                    #used
                };
                (start, Some(handle), place, Some(mark.clone()))
            }
            Opening::Daemon(start) => {
                let place = start.place.clone();
                let owner = self.local("daemon").to_token_stream();
                (self.start("start_daemon", &owner, start, &cfgs), None, place, None)
            }
            Opening::Defer(_) => return TokenStream::new(),
        };
        let below = Below { mark: shared, value: here.value };
        let region = self.region(rest, handle, &mark, below, &place);
        quote!(#set_mark #start #region)
    }

    /// What stands below a word, and the ends of all ways out of it, where what was started is
    /// joined.
    fn region(
        &mut self,
        mut rest: Block,
        first: Option<TokenStream>,
        mark: &Ident,
        below: Below,
        place: &Place,
    ) -> TokenStream {
        let number = self.number();
        let run = Run::of(&rest, below.value.as_ref(), self.deferred);
        self.scopes.push(Scope::Region(Exits::new(number)));
        self.region_of(&mut rest, below);
        let Some(Scope::Region(exits)) = self.scopes.pop() else { return TokenStream::new() };
        if let Some(first) = first {
            rest.stmts.insert(0, Stmt::Expr(Expr::Verbatim(first), None));
        }
        let p = self.paths.private();
        let (cx, value, site) = (self.cx(), hidden("__value"), self.site(place));
        let unwind = quote!(#cx.unwind(#mark, #site).await;);
        let (end, run) = (run.value(), run.print(p, &rest));
        let landed = self.scopes.land(&exits);
        let returned = exits.returned();
        let done = exits.done();
        if landed.is_empty() && returned.is_none() {
            // Where a macro may hide one, rustc refuses a `break` or `continue` without a label from
            // inside of a labelled block (E0695).
            let label = self.strict.then(|| quote!(#done:));
            return if label.is_some() {
                quote!(#label { #run #unwind #end })
            } else {
                quote!(#run #unwind #end)
            };
        }
        let mut printed = quote!(#run #unwind break #done #end);
        for jump in landed {
            let (label, goes_on) = (&jump.label, &jump.goes_on);
            let keep = jump.has_value.then(|| {
                let jumped = hidden("__jumped");
                quote!(let #jumped =)
            });
            let end = keep.as_ref().map(|_| quote!(;));
            printed = quote!(#keep #label: { #printed } #end #unwind #goes_on);
        }
        if let Some(label) = returned {
            let ty = self.returned();
            let leave = self.scopes.print_return(&quote!(#value));
            printed = quote!(let #value: #ty = #label: { #printed }; #unwind #leave);
        }
        quote!(#done: { #printed })
    }

    /// A `defer!` and what stands below it.
    fn defer(
        &mut self,
        defer: Defer,
        attributes: &[Attribute],
        mut rest: Block,
        value: Option<TokenStream>,
    ) -> TokenStream {
        let number = self.number();
        let run = Run::of(&rest, value.as_ref(), false);
        self.scopes.push(Scope::Defer(Exits::new(number)));
        self.region_of(&mut rest, Below { mark: None, value });
        let Some(Scope::Defer(exits)) = self.scopes.pop() else { return TokenStream::new() };
        let landed = self.scopes.land(&exits);
        let (kept, left) = (self.local("kept"), self.local("left"));
        let (below, jump) = (exits.below(), exits.jump());
        let p = self.paths.private();
        let (cx, value, jumped) = (self.cx(), hidden("__value"), hidden("__jumped"));
        let returned = self.returned();
        let leave = self.scopes.print_return(&quote!(#value));
        let carriers = landed.iter().filter(|jump| jump.has_value).map(|jump| &jump.carrier);
        let declare_jump = (!landed.is_empty()).then(|| quote!(let mut #jump = 0_usize;));
        let jumps = landed.iter().enumerate().map(|(index, landed)| {
            let number = proc_macro2::Literal::usize_unsuffixed(index + 1);
            let (carrier, goes_on) = (&landed.carrier, &landed.goes_on);
            let take = landed.has_value.then(|| {
                quote! {
                    let #jumped = match #carrier {
                        ::core::option::Option::Some(#jumped) => #jumped,
                        ::core::option::Option::None => #p::never(),
                    };
                }
            });
            quote!(if #jump == #number { #take #goes_on })
        });
        let cfgs = attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"));
        let site = self.site(&defer.place);
        let limit = match defer.limit {
            Some(mut limit) => {
                self.visit_expr_mut(&mut limit);
                quote!(::core::option::Option::Some(#limit))
            }
            None => quote!(::core::option::Option::None),
        };
        let mut code = defer.code;
        settle_error(&mut code.block, self.paths.private());
        let code = self.async_block(code, false, &defer.place, None);
        let p = self.private();
        let (end, run) = (run.value(), run.print(p, &rest));
        let named = named(&defer.word);
        quote! {
            #named
            #(let mut #carriers = ::core::option::Option::None;)*
            let mut #kept = ::core::option::Option::None;
            #declare_jump
            let mut #left = #cx.region(async {
                if false { return #p::never::<#returned>() }
                let #value = #below: {
                    #run
                    ::core::option::Option::Some(#end)
                };
                #kept = #value;
                #cx.park::<#returned>().await
            }).await;
            #(#cfgs)*
            #cx.defer(#code, &mut #left, #limit, #site).await;
            if let ::core::option::Option::Some(#value) = #cx.resume(#left).await { #leave }
            #(#jumps)*
            match #kept {
                ::core::option::Option::Some(#value) => #value,
                ::core::option::Option::None => #p::never(),
            }
        }
    }

    /// The handle of a group whose guard and store have been made.
    fn open_group(&mut self, group: &mut Group) -> TokenStream {
        let limit = group.arguments.limit.take().map(|mut limit| {
            self.visit_expr_mut(&mut limit);
            // Where the user has it, for the panic about a limit of nothing.
            quote_spanned!(first_span(&limit)=> .limit(#limit))
        });
        let ordered = group.arguments.ordered.as_ref().map(|_| quote!(.ordered()));
        let (cx, p, site) = (self.cx(), self.private(), self.site(&group.place));
        let (owner, store) = (guard(&group.name), store(&group.name));
        let options = quote!(#p::GroupOptions::new() #limit #ordered);
        let spec = quote!(#p::Spec::at(#site));
        match &group.arguments.errors {
            None => quote!(#cx.start_group(&#store, &#owner, #options, #spec)),
            Some((_, Errors::Supervised)) => {
                quote!(#cx.start_supervised_group(&#store, &#owner, #options, #spec))
            }
            Some((option, Errors::FailFast)) => {
                let convert = self.convert(Span::mixed_site().located_at(option.span()));
                quote!(#cx.start_fail_fast_group(&#store, &#owner, #options, #convert, #spec))
            }
        }
    }

    fn group(&self, group: &Group, cfgs: &[&Attribute]) -> TokenStream {
        let cx = self.cx();
        let (owner, store) = (guard(&group.name), store(&group.name));
        let named = named(&group.word);
        quote! {
            #(#cfgs)* #named
            #(#cfgs)* let #store = #cx.group_store();
            #(#cfgs)* let #owner = #cx.group_guard();
        }
    }
}

/// The statements below a word, as a block that yields `__value`.
struct Run {
    /// The type of the value, where it is known.
    ty: Option<TokenStream>,
    /// Where the value stands, for errors about its type.
    span: Span,
    /// It may give a local declared above it its value.
    assigns: bool,
}

impl Run {
    /// `deferred`: locals are declared around it that are given their value later.
    fn of(rest: &Block, ty: Option<&TokenStream>, deferred: bool) -> Self {
        let span = match rest.stmts.last() {
            Some(Stmt::Expr(expr, None)) => first_span(expr),
            _ => Span::mixed_site(),
        };
        let assigns = deferred && !never_ends(rest);
        Self { ty: ty.cloned(), span: Span::mixed_site().located_at(span), assigns }
    }

    fn value(&self) -> Ident {
        Ident::new("__value", self.span)
    }

    fn print(&self, p: &TokenStream, rest: &Block) -> TokenStream {
        let (value, ty) = (self.value(), self.ty.iter());
        // `if true`: an end that is never reached is for the lints to find in the user's code, not
        // in ours.
        let never = match self.assigns {
            false => quote!(#p::never()),
            // What is never reached has no type then, so that it does not leave the local without a
            // value.
            true => quote!(match #p::never::<::core::convert::Infallible>() {}),
        };
        quote!(let #value #(: #ty)* = if true #rest else { #never };)
    }
}

/// Whether the end of a block is surely never reached.
fn never_ends(block: &Block) -> bool {
    let last = match block.stmts.last() {
        Some(Stmt::Expr(expr, _)) => expr,
        Some(Stmt::Macro(node)) => return never_returns(&node.mac),
        _ => return false,
    };
    match last {
        Expr::Loop(_) | Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => true,
        Expr::Macro(node) => never_returns(&node.mac),
        _ => false,
    }
}

fn store(group: &Ident) -> Ident {
    format_ident!("__store_of_{}", group, span = proc_macro2::Span::mixed_site())
}

fn is_movable_item(statement: &Stmt) -> bool {
    match statement {
        Stmt::Item(Item::Macro(_)) => false,
        Stmt::Item(_) => true,
        _ => false,
    }
}
