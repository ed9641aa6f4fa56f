//! What goes wrong, and which statement of an RFC it breaks.

use crate::types::Invalid;

/// What is known beyond the error's kind.
#[derive(Debug, Default)]
#[non_exhaustive]
pub enum Detail {
    /// Nothing.
    #[default]
    None,
    /// A value could not be made.
    Invalid(Invalid),
}

anyrfc_core::error_type! {
    /// What went wrong: a kind, whose fault, and the RFC statement that was broken.
    pub struct Error { detail: Detail }
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        Self::usage(invalid.to_string())
            .with_requirement(invalid.requirement())
            .with_detail(Detail::Invalid(invalid))
            .with_source(invalid)
    }
}
