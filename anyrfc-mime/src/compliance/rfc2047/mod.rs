//! RFC 2047, one file a section.

use anyrfc_core::compliance::Check;

use crate::{
    Defects,
    codec::{Reading, encoded_word},
};

mod section_2;
mod section_5;
mod section_6;

pub(super) static GROUPS: &[&[Check]] = &[section_2::CHECKS, section_5::CHECKS, section_6::CHECKS];

/// The text of an unstructured field.
fn read(value: &str) -> String {
    let mut defects = Defects::default();
    encoded_word::unstructured(value.as_bytes(), &mut Reading::new(&mut defects)).into_owned()
}

/// The encoded-words that are written for a subject.
fn words(value: &str) -> Vec<&str> {
    value.split([' ', '\r', '\n']).filter(|word| word.starts_with("=?")).collect()
}

/// Whether reading it as unstructured text finds nothing wrong.
fn is_clean(value: &str) -> bool {
    let mut defects = Defects::default();
    encoded_word::unstructured(value.as_bytes(), &mut Reading::new(&mut defects));
    defects.is_empty()
}
