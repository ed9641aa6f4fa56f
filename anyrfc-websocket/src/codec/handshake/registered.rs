//! Which extensions may be offered, and which answers fit (RFC 6455, sections 9, 9.1 and 11.4).

use super::ExtensionsError;
use crate::{Extension, Parameter};

/// The one registered extension whose parameters are known here (RFC 7692).
const DEFLATE: &str = "permessage-deflate";

/// An offer is of a registered extension, with parameters as it defines them.
pub(super) fn check_offer(offer: &Extension) -> Result<(), ExtensionsError> {
    if offer.name() != DEFLATE {
        return Err(ExtensionsError::Unregistered);
    }
    Deflate::read(offer, true).map(drop)
}

/// An answer fits one of the offers of its name.
pub(super) fn check_answer(answer: &Extension, offers: &[Extension]) -> Result<(), ExtensionsError> {
    let answer = Deflate::read(answer, false)?;
    let mut offers = offers.iter().filter_map(|offer| Deflate::read(offer, true).ok());
    if offers.any(|offer| answer.fits(&offer)) { Ok(()) } else { Err(ExtensionsError::Parameter) }
}

/// The parameters of `permessage-deflate` (RFC 7692, section 7.1).
#[derive(Default)]
struct Deflate {
    server_no_context_takeover: bool,
    client_no_context_takeover: bool,
    server_max_window_bits: Option<u8>,
    /// In an offer without a value: any.
    client_max_window_bits: Option<u8>,
}

impl Deflate {
    fn read(extension: &Extension, offer: bool) -> Result<Self, ExtensionsError> {
        let mut all = Self::default();
        for parameter in extension.parameters() {
            let repeated = match parameter.name() {
                "server_no_context_takeover" => flag(parameter, &mut all.server_no_context_takeover)?,
                "client_no_context_takeover" => flag(parameter, &mut all.client_no_context_takeover)?,
                "server_max_window_bits" => all.server_max_window_bits.replace(bits(parameter)?).is_some(),
                "client_max_window_bits" => {
                    let any = offer && parameter.value().is_none();
                    let most = if any { 15 } else { bits(parameter)? };
                    all.client_max_window_bits.replace(most).is_some()
                }
                _ => return Err(ExtensionsError::UnknownParameter),
            };
            if repeated {
                return Err(ExtensionsError::Parameter);
            }
        }
        Ok(all)
    }

    /// Whether this answers `offer`: as much as was asked for, and no more than was allowed.
    fn fits(&self, offer: &Self) -> bool {
        let context = self.server_no_context_takeover || !offer.server_no_context_takeover;
        let server = offer
            .server_max_window_bits
            .is_none_or(|most| self.server_max_window_bits.is_some_and(|bits| bits <= most));
        let client = self
            .client_max_window_bits
            .is_none_or(|bits| offer.client_max_window_bits.is_some_and(|most| bits <= most));
        context && server && client
    }
}

/// A parameter without a value; whether it was there before.
fn flag(parameter: &Parameter, flag: &mut bool) -> Result<bool, ExtensionsError> {
    if parameter.value().is_some() {
        return Err(ExtensionsError::Parameter);
    }
    Ok(std::mem::replace(flag, true))
}

/// 8 to 15, without a leading zero.
fn bits(parameter: &Parameter) -> Result<u8, ExtensionsError> {
    let value = parameter.value().ok_or(ExtensionsError::Parameter)?;
    let bits = (8..=15).find(|bits: &u8| bits.to_string() == value);
    bits.ok_or(ExtensionsError::Parameter)
}
