//! What goes wrong, and which statement of the RFC it breaks.

/// What is known beyond the error's kind.
#[derive(Debug, Default)]
#[non_exhaustive]
pub enum Detail {
    /// Nothing.
    #[default]
    None,
}

anyrfc_core::error_type! {
    /// What went wrong: a kind, whose fault, and the RFC statement that was broken.
    pub struct Error { detail: Detail }
}

impl From<anyrfc_core::Error> for Error {
    fn from(error: anyrfc_core::Error) -> Self {
        Self::new(error.kind(), error.to_string()).with_fault(error.fault()).with_source(error)
    }
}
