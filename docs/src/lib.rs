//! The chapters of the guide, as documentation of a crate: so their code is compiled and run.

#[doc = include_str!("../architecture.md")]
pub mod architecture {}

#[doc = include_str!("../security.md")]
pub mod security {}

#[doc = include_str!("../compliance.md")]
pub mod compliance {}

#[doc = include_str!("../protocol.md")]
pub mod protocol {}

#[doc = include_str!("../states.md")]
pub mod states {}

#[doc = include_str!("../doctor.md")]
pub mod doctor {}
