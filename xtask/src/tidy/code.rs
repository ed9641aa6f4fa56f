//! The rules about what code does: `sans-io`, `layer-order`, `unfinished`,
//! `no-panic` and `no-spawn`.

use proc_macro2::{Delimiter, Spacing, Span, TokenStream, TokenTree};
use syn::{
    Attribute, Expr, ImplItem, Item, Macro, Meta, Path, Token, TraitItem, UseTree,
    punctuated::Punctuated,
    visit::{self, Visit},
};

use super::{
    Finding,
    arrays::Arrays,
    source::{Area, LAYERS, Source, is_test},
};

/// Judges one file.
pub(super) fn judge(source: &Source, area: &Area) -> Vec<Finding> {
    let mut judge = Judge {
        path: &source.path,
        area,
        tests: usize::from(area.test),
        constants: 0,
        functions: Vec::new(),
        findings: Vec::new(),
    };
    judge.visit_file(&source.file);
    judge.findings
}

struct Judge<'a> {
    path: &'a str,
    area: &'a Area,
    /// How many tests, or parts for tests only, we are inside of.
    tests: usize,
    /// How many constant expressions we are inside of: their panics are compile errors.
    constants: usize,
    /// The functions we are inside of.
    functions: Vec<Arrays>,
    findings: Vec<Finding>,
}

impl Judge<'_> {
    fn find(&mut self, span: Span, rule: &'static str, message: impl Into<String>) {
        self.findings.push(Finding {
            path: self.path.to_owned(),
            line: span.start().line,
            rule,
            message: message.into(),
        });
    }

    /// Whether peers' data may reach this code in a user's program.
    fn in_library(&self) -> bool {
        self.area.library && self.tests == 0 && !self.area.suite
    }

    fn inside_test(&mut self, test: bool, walk: impl FnOnce(&mut Self)) {
        self.tests += usize::from(test);
        walk(self);
        self.tests -= usize::from(test);
    }

    fn inside_function(&mut self, names: Arrays, walk: impl FnOnce(&mut Self)) {
        self.functions.push(names);
        walk(self);
        self.functions.pop();
    }

    fn inside_constant(&mut self, walk: impl FnOnce(&mut Self)) {
        self.constants += 1;
        walk(self);
        self.constants -= 1;
    }

    /// A path as it is written, in code, a `use` or a macro.
    fn path(&mut self, span: Span, names: &[String]) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let has = |name: &str| names.contains(&name);
        let has_pair = |a: &str, b: &str| names.windows(2).any(|pair| pair == [a, b]);
        if self.area.library && self.tests == 0 && self.area.sans_io() {
            let found = match names.as_slice() {
                ["tokio", ..] => Some("tokio"),
                ["std", "net", ..] => Some("std::net"),
                _ if has_pair("Instant", "now") => Some("Instant::now"),
                _ if has("SystemTime") => Some("SystemTime"),
                _ => None,
            };
            if let Some(found) = found {
                self.find(span, "sans-io", format!("{found} in a layer without I/O and clock"));
            }
        }
        if let (["crate", used, ..], Some(layer), 0) = (names.as_slice(), self.area.layer, self.tests) {
            let rank = |name: &str| LAYERS.iter().position(|layer| *layer == name);
            if rank(used) > rank(layer) {
                self.find(span, "layer-order", format!("{layer} uses {used}, which stands above it"));
            }
        }
        if self.in_library() {
            let spawns = ["spawn", "spawn_blocking", "spawn_local"];
            let found = spawns.iter().find(|name| has_pair("tokio", name) || has_pair("task", name));
            let found = found.or(["JoinSet", "TaskTracker"].iter().find(|name| has(name)));
            if let Some(found) = found {
                self.find(span, "no-spawn", format!("{found}: the library spawns no task"));
            }
        }
    }

    fn call(&mut self, span: Span, method: &str) {
        if self.area.library && self.tests == 0 && self.area.sans_io() && method == "elapsed" {
            self.find(span, "sans-io", "elapsed() reads the clock");
        }
        if !self.in_library() {
            return;
        }
        match method {
            "unwrap" | "expect" | "unwrap_err" | "expect_err" | "unwrap_unchecked" if self.constants == 0 => {
                self.find(span, "no-panic", format!(".{method}() outside tests"));
            }
            "spawn" | "spawn_blocking" | "spawn_local" => {
                self.find(span, "no-spawn", format!(".{method}(): the library spawns no task"));
            }
            _ => {}
        }
    }

    fn index(&mut self, span: Span) {
        if self.in_library() && self.constants == 0 {
            self.find(span, "no-panic", "indexing outside tests; use .get(..) or a pattern");
        }
    }

    fn macro_named(&mut self, span: Span, name: &str) {
        if matches!(name, "todo" | "unimplemented") {
            self.find(span, "unfinished", format!("{name}!"));
        }
        if matches!(name, "panic" | "unreachable") && self.in_library() && self.constants == 0 {
            self.find(span, "no-panic", format!("{name}! outside tests"));
        }
    }

    /// Tokens that no syntax is known for: judged by their shape.
    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut names: Vec<String> = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|at| tokens.get(at));
            let next = tokens.get(at + 1);
            match token {
                TokenTree::Group(group) => {
                    let follows = matches!(before, Some(TokenTree::Ident(_) | TokenTree::Group(_)))
                        && before.is_some_and(|token| token.span().end() == group.span_open().start());
                    let whole = group.stream().to_string() == "..";
                    if group.delimiter() == Delimiter::Bracket && follows && !whole {
                        self.index(group.span_open());
                    }
                    self.tokens(group.stream());
                }
                TokenTree::Ident(ident) => {
                    let name = ident.to_string();
                    if is_punct(next, '!') {
                        self.macro_named(ident.span(), &name);
                    }
                    let called = matches!(next, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
                    if is_punct(before, '.') && called {
                        self.call(ident.span(), &name);
                    }
                    names.push(name);
                    if !is_path_separator(next, tokens.get(at + 2)) {
                        let path = std::mem::take(&mut names);
                        self.path(ident.span(), &path);
                    }
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => {}
                _ => names.clear(),
            }
        }
    }

    fn use_tree(&mut self, tree: &UseTree, prefix: &mut Vec<String>) {
        let depth = prefix.len();
        match tree {
            UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                self.use_tree(&path.tree, prefix);
            }
            UseTree::Name(name) => {
                prefix.push(name.ident.to_string());
                self.path(name.ident.span(), prefix);
            }
            UseTree::Rename(rename) => {
                prefix.push(rename.ident.to_string());
                self.path(rename.ident.span(), prefix);
            }
            UseTree::Glob(glob) => self.path(glob.star_token.spans[0], prefix),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.use_tree(tree, prefix)),
        }
        prefix.truncate(depth);
    }
}

fn is_punct(token: Option<&TokenTree>, character: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}

fn is_path_separator(first: Option<&TokenTree>, second: Option<&TokenTree>) -> bool {
    matches!(first, Some(TokenTree::Punct(punct)) if punct.as_char() == ':' && punct.spacing() == Spacing::Joint)
        && is_punct(second, ':')
}

fn item_attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

impl<'ast> Visit<'ast> for Judge<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let test = is_test(item_attributes(item));
        self.inside_test(test, |judge| match item {
            // Syntax that the parser only passes through.
            Item::Verbatim(tokens) => judge.tokens(tokens.clone()),
            Item::Const(_) | Item::Static(_) => judge.inside_constant(|judge| visit::visit_item(judge, item)),
            _ => visit::visit_item(judge, item),
        });
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let test = matches!(item, ImplItem::Fn(function) if is_test(&function.attrs));
        self.inside_test(test, |judge| match item {
            ImplItem::Const(_) => judge.inside_constant(|judge| visit::visit_impl_item(judge, item)),
            _ => visit::visit_impl_item(judge, item),
        });
    }

    fn visit_trait_item(&mut self, item: &'ast TraitItem) {
        match item {
            TraitItem::Const(_) => self.inside_constant(|judge| visit::visit_trait_item(judge, item)),
            _ => visit::visit_trait_item(self, item),
        }
    }

    fn visit_expr(&mut self, expression: &'ast Expr) {
        match expression {
            Expr::Verbatim(tokens) => self.tokens(tokens.clone()),
            _ => visit::visit_expr(self, expression),
        }
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        let names = Arrays::of(&function.sig, &function.block);
        self.inside_function(names, |judge| visit::visit_item_fn(judge, function));
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        let names = Arrays::of(&function.sig, &function.block);
        self.inside_function(names, |judge| visit::visit_impl_item_fn(judge, function));
    }

    fn visit_expr_const(&mut self, block: &'ast syn::ExprConst) {
        self.inside_constant(|judge| visit::visit_expr_const(judge, block));
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        let ignores = attribute.path().is_ident("ignore")
            || matches!(&attribute.meta, Meta::List(list) if attribute.path().is_ident("cfg_attr")
                && list.tokens.to_string().split(|c: char| !c.is_alphanumeric()).any(|word| word == "ignore"));
        if ignores {
            self.find(attribute.pound_token.spans[0], "unfinished", "#[ignore]");
        }
        // The path of an attribute runs nothing.
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.use_tree(&item.tree, &mut Vec::new());
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if let Some(first) = path.segments.first() {
            self.path(first.ident.span(), &names);
        }
        visit::visit_path(self, path);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.call(call.method.span(), &call.method.to_string());
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_index(&mut self, index: &'ast syn::ExprIndex) {
        let whole =
            matches!(&*index.index, Expr::Range(range) if range.start.is_none() && range.end.is_none());
        let constant =
            self.functions.last().is_some_and(|names| names.is_constant(&index.expr, &index.index));
        if !whole && !constant {
            self.index(index.bracket_token.span.open());
        }
        visit::visit_expr_index(self, index);
    }

    fn visit_macro(&mut self, invocation: &'ast Macro) {
        if let Some(last) = invocation.path.segments.last() {
            self.macro_named(last.ident.span(), &last.ident.to_string());
        }
        let arguments = invocation.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated);
        match arguments {
            Ok(arguments) => arguments.iter().for_each(|argument| Visit::visit_expr(self, argument)),
            Err(_) => self.tokens(invocation.tokens.clone()),
        }
    }
}
