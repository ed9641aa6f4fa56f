//! Where a source can be changed so that a test ought to notice.

use std::ops::Range;

use syn::{
    BinOp, Block, Expr, ExprBinary, ExprLit, ExprUnary, ImplItemFn, ItemFn, Lit, ReturnType, Signature, Stmt,
    Type, UnOp,
    visit::{self, Visit},
};

/// One place and what is to stand there instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Site {
    /// The bytes of the source that are replaced, empty where something is put in.
    pub(super) range: Range<usize>,
    pub(super) line: usize,
    /// The function that it is in.
    pub(super) function: String,
    /// What a person reads: `==` becomes `!=`.
    pub(super) change: String,
    form: Form,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    /// Another expression.
    Expression(String),
    /// Another return value, at the beginning of a function.
    Return(String),
}

impl Site {
    /// The text for [`range`](Self::range): the original still, until the switch `number` is thrown.
    pub(super) fn switched(&self, source: &str, number: usize) -> String {
        let thrown = format!("crate::__mutant({number})");
        match &self.form {
            Form::Expression(other) => {
                let original = source.get(self.range.clone()).unwrap_or_default();
                format!("(if {thrown} {{ {other} }} else {{ {original} }})")
            }
            Form::Return(value) => format!(" if {thrown} {{ return {value}; }}"),
        }
    }
}

/// Every site of a source, in its order; none in tests and none that is computed by the compiler.
pub(super) fn all(source: &str) -> syn::Result<Vec<Site>> {
    let file = syn::parse_file(source)?;
    let mut finder = Finder { source, function: String::new(), sites: Vec::new() };
    finder.visit_file(&file);
    finder.sites.sort_by_key(|site| (site.range.start, site.range.end));
    Ok(finder.sites)
}

struct Finder<'a> {
    source: &'a str,
    function: String,
    sites: Vec<Site>,
}

impl Finder<'_> {
    fn text(&self, of: &impl syn::spanned::Spanned) -> &str {
        self.source.get(of.span().byte_range()).unwrap_or_default()
    }

    fn replace(&mut self, whole: &impl syn::spanned::Spanned, change: String, other: String) {
        let span = whole.span();
        let (range, line) = (span.byte_range(), span.start().line);
        let function = self.function.clone();
        self.sites.push(Site { range, line, function, change, form: Form::Expression(other) });
    }

    /// What the function could return instead of what it computes, and the sites within.
    fn function(&mut self, signature: &Signature, block: &Block) {
        let outer = std::mem::replace(&mut self.function, signature.ident.to_string());
        let span = block.brace_token.span.open();
        let at = span.byte_range().end;
        for &value in returns(&signature.output) {
            // A function that does nothing else is not changed by that.
            let same = match &*block.stmts {
                [] => value.is_empty(),
                [Stmt::Expr(only, None)] => self.text(only) == value,
                _ => false,
            };
            if !same {
                self.sites.push(Site {
                    range: at..at,
                    line: signature.ident.span().start().line,
                    function: self.function.clone(),
                    change: format!("it returns {}", if value.is_empty() { "at once" } else { value }),
                    form: Form::Return(value.to_owned()),
                });
            }
        }
        self.visit_block(block);
        self.function = outer;
    }
}

/// Values of a type that need no knowledge of it.
fn returns(output: &ReturnType) -> &'static [&'static str] {
    let ReturnType::Type(_, output) = output else { return &[""] };
    let Type::Path(path) = &**output else { return &[] };
    let Some(last) = path.path.segments.last() else { return &[] };
    let argument = |nth: usize| match &last.arguments {
        syn::PathArguments::AngleBracketed(arguments) => arguments.args.iter().nth(nth),
        _ => None,
    };
    let is_unit = |argument: Option<&syn::GenericArgument>| matches!(argument, Some(syn::GenericArgument::Type(Type::Tuple(tuple))) if tuple.elems.is_empty());
    match &*last.ident.to_string() {
        "bool" => &["true", "false"],
        "usize" | "u8" | "u16" | "u32" | "u64" | "i64" | "i32" => &["0", "1"],
        "Option" => &["None"],
        "Result" if is_unit(argument(0)) => &["Ok(())"],
        "String" => &["String::new()"],
        _ => &[],
    }
}

/// Whether attributes say that something is only there for tests.
fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("test")
            || (attribute.path().is_ident("cfg")
                && matches!(&attribute.meta, syn::Meta::List(list) if list.tokens.to_string().contains("test")))
    })
}

/// What a binary operator may turn into.
fn other(operator: &BinOp) -> Option<&'static str> {
    Some(match operator {
        BinOp::Eq(_) => "!=",
        BinOp::Ne(_) => "==",
        BinOp::Lt(_) => "<=",
        BinOp::Le(_) => "<",
        BinOp::Gt(_) => ">=",
        BinOp::Ge(_) => ">",
        BinOp::And(_) => "||",
        BinOp::Or(_) => "&&",
        BinOp::Add(_) => "-",
        BinOp::Sub(_) => "+",
        BinOp::Mul(_) => "+",
        BinOp::Div(_) => "*",
        BinOp::Rem(_) => "/",
        BinOp::BitAnd(_) => "|",
        BinOp::BitOr(_) => "&",
        BinOp::Shl(_) => ">>",
        BinOp::Shr(_) => "<<",
        _ => return None,
    })
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        if item.sig.constness.is_none() && !is_for_tests(&item.attrs) {
            self.function(&item.sig, &item.block);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        if item.sig.constness.is_none() && !is_for_tests(&item.attrs) && item.sig.ident != "fmt" {
            self.function(&item.sig, &item.block);
        }
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default
            && !is_for_tests(&item.attrs)
        {
            self.function(&item.sig, block);
        }
    }

    // How much room is made beforehand is a hint: nobody sees another one.
    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        let is_hint =
            |path: &syn::Path| path.segments.last().is_some_and(|last| last.ident == "with_capacity");
        if !matches!(&*call.func, Expr::Path(function) if is_hint(&function.path)) {
            visit::visit_expr_call(self, call);
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if call.method == "reserve" || call.method == "reserve_exact" {
            self.visit_expr(&call.receiver);
        } else {
            visit::visit_expr_method_call(self, call);
        }
    }

    // What the compiler computes has no switches.
    fn visit_item_const(&mut self, _: &'ast syn::ItemConst) {}
    fn visit_item_static(&mut self, _: &'ast syn::ItemStatic) {}
    fn visit_impl_item_const(&mut self, _: &'ast syn::ImplItemConst) {}
    fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}
    fn visit_type(&mut self, _: &'ast Type) {}
    fn visit_expr_repeat(&mut self, _: &'ast syn::ExprRepeat) {}
    fn visit_item_enum(&mut self, _: &'ast syn::ItemEnum) {}
    // Of a pattern only its guard is an expression.
    fn visit_pat(&mut self, pattern: &'ast syn::Pat) {
        if let syn::Pat::Guard(guarded) = pattern {
            if !has_let(&guarded.guard) {
                self.replace(&*guarded.guard, "a match guard always holds".into(), "true".into());
            }
            self.visit_expr(&guarded.guard);
        }
    }
    fn visit_generic_argument(&mut self, _: &'ast syn::GenericArgument) {}

    fn visit_expr_binary(&mut self, binary: &'ast ExprBinary) {
        let chain = has_let(&binary.left) || has_let(&binary.right);
        if let Some(other) = other(&binary.op)
            && !chain
        {
            let (left, right) = (self.text(&*binary.left), self.text(&*binary.right));
            let replaced = format!("{left} {other} {right}");
            let change = format!("`{}` becomes `{other}`", self.text(&binary.op));
            self.replace(binary, change, replaced);
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_unary(&mut self, unary: &'ast ExprUnary) {
        if matches!(unary.op, UnOp::Not(_)) {
            let operand = self.text(&*unary.expr).to_owned();
            self.replace(unary, "`!` is gone".into(), operand);
        }
        visit::visit_expr_unary(self, unary);
    }

    fn visit_expr_lit(&mut self, literal: &'ast ExprLit) {
        match &literal.lit {
            Lit::Bool(value) => {
                let other = (!value.value).to_string();
                self.replace(literal, format!("`{}` becomes `{other}`", value.value), other);
            }
            Lit::Int(value) => {
                if let Ok(number) = value.base10_parse::<u64>() {
                    let other = format!("{}{}", number.wrapping_add(1), value.suffix());
                    self.replace(literal, format!("`{}` becomes `{other}`", self.text(value)), other);
                }
            }
            _ => {}
        }
    }

    // The fields of a tuple are no numbers, and the operands of `let` chains no expressions of their own.
    fn visit_member(&mut self, _: &'ast syn::Member) {}
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
}

/// Whether an expression is a chain with `let` in it, which cannot stand in parentheses.
fn has_let(expression: &Expr) -> bool {
    match expression {
        Expr::Let(_) => true,
        Expr::Binary(binary) => has_let(&binary.left) || has_let(&binary.right),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(source: &str) -> Vec<String> {
        all(source).unwrap().into_iter().map(|site| site.change).collect()
    }

    #[test]
    fn operators_literals_guards_and_returns_are_found() {
        let source = "fn f(a: u8) -> bool { match a { 1 if a > 2 => !g(), _ => a == 3 && true } }";
        assert_eq!(
            changes(source),
            [
                "it returns true",
                "it returns false",
                "a match guard always holds",
                "`>` becomes `>=`",
                "`2` becomes `3`",
                "`!` is gone",
                "`==` becomes `!=`",
                "`&&` becomes `||`",
                "`3` becomes `4`",
                "`true` becomes `false`",
            ]
        );
    }

    #[test]
    fn tests_constants_patterns_and_types_are_left_alone() {
        let source = "const A: u8 = 1 + 2; static B: [u8; 4] = [0; 4]; const fn c() -> u8 { 1 }
            #[cfg(test)] mod tests { fn d() -> bool { true } }
            fn e(x: [u8; 3]) { let [1, ..] = x else { return }; }";
        assert_eq!(changes(source), ["it returns at once"]);
    }

    #[test]
    fn what_nobody_can_see_is_no_site() {
        for source in [
            "fn f() -> Option<u8> { None }",
            "fn f() {}",
            "fn f(v: &mut Vec<u8>, n: usize) -> &[u8] { v.reserve(n + 1); v.reserve_exact(2); v }",
            "fn f() -> Vec<u8> { Vec::with_capacity(1 << 4) }",
        ] {
            assert_eq!(changes(source), [""; 0], "{source}");
        }
        assert_eq!(changes("fn f() -> Option<u8> { g(1); None }"), ["it returns None", "`1` becomes `2`"]);
    }

    #[test]
    fn a_site_knows_its_function() {
        let source = "fn a() -> u8 { fn b() -> S { S(1) } b().0 + 2 } impl S { fn c() -> S { S(3) } }
            trait T { fn d() -> bool { g() } }";
        let functions: Vec<_> = all(source).unwrap().into_iter().map(|site| site.function).collect();
        assert_eq!(functions, ["a", "a", "b", "a", "a", "c", "d", "d"]);
    }

    #[test]
    fn a_switch_keeps_the_original() {
        let source = "fn f(a: u8) -> u8 { a + 1 }";
        let sites = all(source).unwrap();
        let sum = sites.iter().find(|site| site.change == "`+` becomes `-`").unwrap();
        assert_eq!(sum.switched(source, 7), "(if crate::__mutant(7) { a - 1 } else { a + 1 })");
        let zero = sites.iter().find(|site| site.change == "it returns 0").unwrap();
        assert_eq!(
            (zero.range.len(), zero.switched(source, 2)),
            (0, " if crate::__mutant(2) { return 0; }".into())
        );
    }

    #[test]
    fn chains_with_let_are_not_wrapped() {
        assert_eq!(
            changes("fn f(a: Option<u8>) { if let Some(b) = a && b > g() {} }"),
            ["it returns at once", "`>` becomes `>=`"]
        );
    }
}
