//! Keys and tokens for tests, good and hostile.
//!
//! The keys are those that the RFCs print, so that everybody knows them: never use one for anything else.

pub mod jwe;
pub mod rfc7515;
pub mod rfc7517;
pub mod rfc7520;
pub mod rfc7638;
pub mod rfc7797;
pub mod rfc8037;

mod keys;

pub use keys::{forged, jwk, signing_key, verifying_key};
