//! Validated values, in the words of the RFCs.

mod algorithm;
mod claims;
mod date;
mod header;
mod jwk;
mod jwk_set;
mod thumbprint;

pub use algorithm::{Algorithm, Algorithms, ContentEncryption, JweAlgorithm, JwsAlgorithm};
pub use claims::{Audience, Claims};
pub(crate) use claims::{Overview, Registered};
pub use date::NumericDate;
pub use header::Header;
pub(crate) use header::{Encryption, Hints};
pub use jwk::{Curve, Jwk, KeyOperation, KeyType, KeyUse};
pub(crate) use jwk::{Material, RsaPrivate, SecretBytes};
pub use jwk_set::JwkSet;
pub use thumbprint::{Thumbprint, ThumbprintHash};
