//! Validated values, in the words of the RFCs.

mod algorithm;
mod claims;
mod date;
mod header;
mod jwk;
mod jwk_set;
mod thumbprint;

pub use claims::{Audience, Claims};
pub use date::NumericDate;
