//! permessage-deflate (RFC 7692, section 7): what is negotiated, and the two transformations.

mod deflater;
mod fault;
mod inflater;
mod negotiation;

pub use deflater::Deflater;
pub use fault::{DeflateFault, InflateFault};
pub use inflater::{Inflated, Inflater};
pub use negotiation::{Agreed, NAME, Offer, accept, agree};
