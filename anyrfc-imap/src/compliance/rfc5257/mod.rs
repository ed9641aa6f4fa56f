//! RFC 5257, section by section.

mod section_3;
mod section_4;

use anyrfc_core::{
    Requirement,
    compliance::{
        Check,
        Waiver::{self, ByConstruction},
    },
};

use crate::rfc5257 as r;

pub(super) const GROUPS: &[&[Check]] = &[section_3::CHECKS, section_4::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[(&Requirement, Waiver)] = &[
    (r::ATTRIBUTE_HAS_NO_EMPTY_COMPONENT, ByConstruction(ATTRIBUTES)),
    (r::ATTRIBUTE_ENDS_IN_NO_DOT, ByConstruction(ATTRIBUTES)),
    (r::ATTRIBUTE_HAS_NO_RESERVED_COMPONENT, ByConstruction(ATTRIBUTES)),
    (r::ATTRIBUTE_SYNTAX_HAS_NO_WILDCARD, ByConstruction(ATTRIBUTES)),
    (
        r::SECRET_VALUES_ARE_PRIVATE,
        ByConstruction(
            "every constructor of `Annotation` takes an `AnnotationScope`, which has no default: nothing becomes \
             shared that its caller has not called so",
        ),
    ),
];

const ATTRIBUTES: &str = "an attribute is no text but an `AnnotationAttribute` with an `AnnotationScope` or none: \
     value and size, each with .priv, .shared or nothing behind it";
