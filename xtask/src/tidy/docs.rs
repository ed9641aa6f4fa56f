//! The rules about docs: `cancel-safety` and `errors`.

use std::collections::BTreeSet;

use syn::{
    Attribute, Expr, ExprLit, GenericArgument, ImplItem, Item, Lit, Meta, PathArguments, ReturnType,
    Signature, TraitItem, Type, TypeParamBound, Visibility,
};

use super::{
    Finding,
    source::{Source, is_test},
};

/// Judges every public function of a library's file.
pub(super) fn judge(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    items(&source.path, &source.file.items, &mut findings);
    findings
}

fn items(path: &str, all: &[Item], findings: &mut Vec<Finding>) {
    let private = private_types(all);
    for item in all {
        match item {
            Item::Fn(function) if is_public(&function.vis) && !is_test(&function.attrs) => {
                signature(path, &function.sig, &function.attrs, findings);
            }
            Item::Impl(block) if block.trait_.is_none() && !is_test(&block.attrs) => {
                if self_type(&block.self_ty).is_some_and(|name| private.contains(&name)) {
                    continue;
                }
                for item in &block.items {
                    if let ImplItem::Fn(function) = item
                        && is_public(&function.vis)
                        && !is_test(&function.attrs)
                    {
                        signature(path, &function.sig, &function.attrs, findings);
                    }
                }
            }
            Item::Trait(declared) if is_public(&declared.vis) && !is_test(&declared.attrs) => {
                for item in &declared.items {
                    if let TraitItem::Fn(function) = item {
                        signature(path, &function.sig, &function.attrs, findings);
                    }
                }
            }
            Item::Mod(module) if is_public(&module.vis) && !is_test(&module.attrs) => {
                if let Some((_, inner)) = &module.content {
                    items(path, inner, findings);
                }
            }
            _ => {}
        }
    }
}

/// The types declared here that nobody outside can name.
fn private_types(all: &[Item]) -> BTreeSet<String> {
    all.iter()
        .filter_map(|item| match item {
            Item::Struct(item) => Some((&item.vis, &item.ident)),
            Item::Enum(item) => Some((&item.vis, &item.ident)),
            _ => None,
        })
        .filter(|(visibility, _)| !is_public(visibility))
        .map(|(_, name)| name.to_string())
        .collect()
}

fn self_type(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    path.path.segments.last().map(|last| last.ident.to_string())
}

const fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn signature(path: &str, signature: &Signature, attributes: &[Attribute], findings: &mut Vec<Finding>) {
    let docs = docs(attributes);
    let has = |heading: &str| docs.iter().any(|line| line.trim() == heading);
    let mut ask = |wanted: bool, heading: &str, rule: &'static str| {
        if wanted && !has(heading) {
            findings.push(Finding {
                path: path.to_owned(),
                line: signature.ident.span().start().line,
                rule,
                message: format!("`{}` has no `{heading}` in its docs", signature.ident),
            });
        }
    };
    let fallible = match &signature.output {
        ReturnType::Default => false,
        ReturnType::Type(_, ty) => is_fallible(ty),
    };
    ask(signature.asyncness.is_some(), "# Cancel safety", "cancel-safety");
    ask(fallible, "# Errors", "errors");
}

/// The lines of the docs that can be read without expanding macros.
fn docs(attributes: &[Attribute]) -> Vec<String> {
    let mut lines = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        if let Meta::NameValue(pair) = &attribute.meta
            && let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value
        {
            lines.extend(text.value().lines().map(str::to_owned));
        }
    }
    lines
}

/// Whether a returned type says that the function may fail: a `Result`, or
/// something that comes to one (`Poll`, `Option`, a future).
fn is_fallible(ty: &Type) -> bool {
    let bound = |bound: &TypeParamBound| match bound {
        TypeParamBound::Trait(bound) => bound.path.segments.last().is_some_and(|last| {
            last.ident == "Future" && arguments(&last.arguments).iter().any(|ty| is_fallible(ty))
        }),
        _ => false,
    };
    match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            last.ident == "Result"
                || (["Poll", "Option", "Pin", "Box", "BoxFuture"].iter().any(|name| last.ident == name)
                    && arguments(&last.arguments).iter().any(|ty| is_fallible(ty)))
        }),
        Type::ImplTrait(ty) => ty.bounds.iter().any(bound),
        Type::TraitObject(ty) => ty.bounds.iter().any(bound),
        Type::Paren(ty) => is_fallible(&ty.elem),
        Type::Group(ty) => is_fallible(&ty.elem),
        _ => false,
    }
}

fn arguments(arguments: &PathArguments) -> Vec<&Type> {
    let PathArguments::AngleBracketed(list) = arguments else { return Vec::new() };
    list.args
        .iter()
        .filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(ty),
            GenericArgument::AssocType(pair) => Some(&pair.ty),
            _ => None,
        })
        .collect()
}
