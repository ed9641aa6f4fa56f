//! Which extensions may be offered (RFC 6455, sections 9, 9.1 and 11.4).

use super::ExtensionsError;
use crate::{
    Extension,
    codec::deflate::{DeflateFault, Offer},
};

/// The one registered extension whose parameters are known here (RFC 7692).
const DEFLATE: &str = "permessage-deflate";

/// An offer is of a registered extension, with parameters as it defines them.
pub(super) fn check_offer(offer: &Extension) -> Result<(), ExtensionsError> {
    if offer.name() != DEFLATE {
        return Err(ExtensionsError::Unregistered);
    }
    match Offer::parse(offer) {
        Ok(_) => Ok(()),
        Err(DeflateFault::UnknownParameter) => Err(ExtensionsError::UnknownParameter),
        Err(_) => Err(ExtensionsError::Parameter),
    }
}
