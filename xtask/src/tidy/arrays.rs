//! Which names of a function are arrays: a literal index into one is the
//! compiler's business (`unconditional_panic`), not a peer's.

use std::collections::BTreeSet;

use syn::{
    Block, Expr, FnArg, Lit, Pat, PatIdent, Signature, Type,
    visit::{self, Visit},
};

/// The names of one function.
#[derive(Default)]
pub(super) struct Arrays {
    arrays: BTreeSet<String>,
    /// Bound to something else, perhaps as well: judged as that.
    others: BTreeSet<String>,
}

impl Arrays {
    /// Reads a function.
    pub(super) fn of(signature: &Signature, block: &Block) -> Self {
        let mut names = Self::default();
        for input in &signature.inputs {
            if let FnArg::Typed(input) = input {
                names.bind(&input.pat, matches!(&*input.ty, Type::Array(_)));
            }
        }
        names.visit_block(block);
        names
    }

    /// Whether `base[index]` cannot depend on data.
    pub(super) fn is_constant(&self, base: &Expr, index: &Expr) -> bool {
        let Expr::Path(path) = base else { return false };
        let Some(name) = path.path.get_ident().map(ToString::to_string) else { return false };
        self.arrays.contains(&name) && !self.others.contains(&name) && is_literal(index)
    }

    fn bind(&mut self, pattern: &Pat, array: bool) {
        match pattern {
            Pat::Ident(ident) if array => {
                self.arrays.insert(ident.ident.to_string());
            }
            other => self.visit_pat(other),
        }
    }

    fn is_array(&self, value: &Expr) -> bool {
        match value {
            Expr::Array(_) | Expr::Repeat(_) => true,
            Expr::Path(path) => {
                path.path.get_ident().is_some_and(|name| self.arrays.contains(&name.to_string()))
            }
            _ => false,
        }
    }
}

impl<'ast> Visit<'ast> for Arrays {
    fn visit_local(&mut self, local: &'ast syn::Local) {
        let initial = local.init.as_ref().map(|init| &*init.expr);
        if let Some(initial) = initial {
            self.visit_expr(initial);
        }
        match &local.pat {
            Pat::Type(typed) => self.bind(&typed.pat, matches!(&*typed.ty, Type::Array(_))),
            pattern => self.bind(pattern, initial.is_some_and(|value| self.is_array(value))),
        }
        if let Some((_, diverge)) = local.init.as_ref().and_then(|init| init.diverge.as_ref()) {
            self.visit_expr(diverge);
        }
    }

    fn visit_pat_ident(&mut self, ident: &'ast PatIdent) {
        self.others.insert(ident.ident.to_string());
        visit::visit_pat_ident(self, ident);
    }
}

/// Whether an index, or each end of a range, is a number as written.
fn is_literal(index: &Expr) -> bool {
    match index {
        Expr::Lit(literal) => matches!(literal.lit, Lit::Int(_)),
        Expr::Range(range) => range.start.iter().chain(&range.end).all(|end| matches!(&**end, Expr::Lit(_))),
        _ => false,
    }
}
