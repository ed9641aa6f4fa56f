//! Offers and answers (RFC 7692, sections 5, 7 and 7.1).

use super::DeflateFault;
use crate::{Deflate, Extension, NotAToken, WindowBits};

/// The extension's name (RFC 7692, section 9.1).
pub const NAME: &str = "permessage-deflate";

const SERVER_NO_CONTEXT_TAKEOVER: &str = "server_no_context_takeover";
const CLIENT_NO_CONTEXT_TAKEOVER: &str = "client_no_context_takeover";
const SERVER_MAX_WINDOW_BITS: &str = "server_max_window_bits";
const CLIENT_MAX_WINDOW_BITS: &str = "client_max_window_bits";

/// The parameters of one element, either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Parameters {
    server_no_context_takeover: bool,
    client_no_context_takeover: bool,
    server_max_window_bits: Option<WindowBits>,
    /// Only an offer may have it without a value.
    client_max_window_bits: Option<Option<WindowBits>>,
}

impl Parameters {
    fn parse(extension: &Extension) -> Result<Self, DeflateFault> {
        let mut found = Self::default();
        for parameter in extension.parameters() {
            let repeated = match parameter.name() {
                SERVER_NO_CONTEXT_TAKEOVER => flag(&mut found.server_no_context_takeover, parameter.value())?,
                CLIENT_NO_CONTEXT_TAKEOVER => flag(&mut found.client_no_context_takeover, parameter.value())?,
                SERVER_MAX_WINDOW_BITS => {
                    let bits = parameter.value().and_then(WindowBits::parse);
                    let bits = bits.ok_or(DeflateFault::ServerWindowValue)?;
                    found.server_max_window_bits.replace(bits).is_some()
                }
                CLIENT_MAX_WINDOW_BITS => {
                    let bits = parameter
                        .value()
                        .map(|value| WindowBits::parse(value).ok_or(DeflateFault::ClientWindowValue));
                    found.client_max_window_bits.replace(bits.transpose()?).is_some()
                }
                _ => return Err(DeflateFault::UnknownParameter),
            };
            if repeated {
                return Err(DeflateFault::RepeatedParameter);
            }
        }
        Ok(found)
    }

    fn to_extension(self) -> Result<Extension, NotAToken> {
        let mut extension = Extension::new(NAME)?;
        if self.server_no_context_takeover {
            extension = extension.with_flag(SERVER_NO_CONTEXT_TAKEOVER)?;
        }
        if self.client_no_context_takeover {
            extension = extension.with_flag(CLIENT_NO_CONTEXT_TAKEOVER)?;
        }
        if let Some(bits) = self.server_max_window_bits {
            extension = extension.with(SERVER_MAX_WINDOW_BITS, &bits.to_string())?;
        }
        match self.client_max_window_bits {
            Some(Some(bits)) => extension = extension.with(CLIENT_MAX_WINDOW_BITS, &bits.to_string())?,
            Some(None) => extension = extension.with_flag(CLIENT_MAX_WINDOW_BITS)?,
            None => {}
        }
        Ok(extension)
    }
}

/// Whether it was set before; it has no value (sections 7.1.1.1 and 7.1.1.2).
fn flag(slot: &mut bool, value: Option<&str>) -> Result<bool, DeflateFault> {
    if value.is_some() {
        return Err(DeflateFault::TakeoverWithValue);
    }
    Ok(std::mem::replace(slot, true))
}

/// What a client asks for and hints at (RFC 7692, section 7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer(Parameters);

impl Offer {
    /// The offer of a client that is configured so. It always lets the server
    /// choose the client's window (section 7.1.2.2).
    #[must_use]
    pub const fn new(deflate: &Deflate) -> Self {
        Self(Parameters {
            server_no_context_takeover: deflate.server_no_context_takeover,
            client_no_context_takeover: deflate.client_no_context_takeover,
            server_max_window_bits: deflate.server_max_window_bits,
            client_max_window_bits: Some(deflate.client_max_window_bits),
        })
    }

    /// Reads an offer.
    ///
    /// # Errors
    /// The [`DeflateFault`] that has a server decline it.
    pub fn parse(extension: &Extension) -> Result<Self, DeflateFault> {
        Parameters::parse(extension).map(Self)
    }

    /// As `Sec-WebSocket-Extensions` lists it.
    ///
    /// # Errors
    /// None in fact: every parameter is a token.
    pub fn to_extension(self) -> Result<Extension, NotAToken> {
        self.0.to_extension()
    }

    /// The answer of a server that is configured so.
    const fn accept(self, deflate: &Deflate) -> Agreed {
        let offered = self.0;
        Agreed {
            server_no_context_takeover: offered.server_no_context_takeover
                || deflate.server_no_context_takeover,
            client_no_context_takeover: offered.client_no_context_takeover
                || deflate.client_no_context_takeover,
            server_max_window_bits: least(offered.server_max_window_bits, deflate.server_max_window_bits),
            client_max_window_bits: match offered.client_max_window_bits {
                Some(hint) => least(hint, deflate.client_max_window_bits),
                None => None,
            },
        }
    }

    /// Whether the answer keeps to what was asked for.
    fn check(self, agreed: Agreed) -> Result<(), DeflateFault> {
        let offered = self.0;
        if agreed.client_max_window_bits.is_some() && offered.client_max_window_bits.is_none() {
            return Err(DeflateFault::ClientWindowNotOffered);
        }
        if offered.server_no_context_takeover && !agreed.server_no_context_takeover {
            return Err(DeflateFault::ServerTakeover);
        }
        if let Some(most) = offered.server_max_window_bits
            && agreed.server_max_window_bits.is_none_or(|bits| bits > most)
        {
            return Err(DeflateFault::ServerWindowTooLarge);
        }
        Ok(())
    }
}

const fn least(a: Option<WindowBits>, b: Option<WindowBits>) -> Option<WindowBits> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if a.bits() < b.bits() { a } else { b }),
        (Some(bits), None) | (None, Some(bits)) => Some(bits),
        (None, None) => None,
    }
}

/// The agreed parameters: what the server answered (RFC 7692, section 7.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Agreed {
    /// The server compresses each message on its own.
    pub server_no_context_takeover: bool,
    /// The client compresses each message on its own.
    pub client_no_context_takeover: bool,
    /// The server's window has at most so many bits; 15 where it is not said.
    pub server_max_window_bits: Option<WindowBits>,
    /// The client's window has at most so many bits; 15 where it is not said.
    pub client_max_window_bits: Option<WindowBits>,
}

impl Agreed {
    /// Reads an answer.
    ///
    /// # Errors
    /// The [`DeflateFault`] that has a client fail the connection.
    pub fn parse(extension: &Extension) -> Result<Self, DeflateFault> {
        let found = Parameters::parse(extension)?;
        let client_max_window_bits = found
            .client_max_window_bits
            .map(|bits| bits.ok_or(DeflateFault::ClientWindowValue))
            .transpose()?;
        Ok(Self {
            server_no_context_takeover: found.server_no_context_takeover,
            client_no_context_takeover: found.client_no_context_takeover,
            server_max_window_bits: found.server_max_window_bits,
            client_max_window_bits,
        })
    }

    /// As `Sec-WebSocket-Extensions` lists it.
    ///
    /// # Errors
    /// None in fact: every parameter is a token.
    pub fn to_extension(self) -> Result<Extension, NotAToken> {
        let parameters = Parameters {
            server_no_context_takeover: self.server_no_context_takeover,
            client_no_context_takeover: self.client_no_context_takeover,
            server_max_window_bits: self.server_max_window_bits,
            client_max_window_bits: self.client_max_window_bits.map(Some),
        };
        parameters.to_extension()
    }
}

/// The client's side: what the answer's list of extensions agrees on, held against
/// the list that was offered; `None` where the server declined.
///
/// # Errors
/// The [`DeflateFault`] that fails the connection.
pub fn agree(answered: &[Extension], offered: &[Extension]) -> Result<Option<Agreed>, DeflateFault> {
    let mut accepted = answered.iter().filter(|extension| extension.name() == NAME);
    let Some(answer) = accepted.next() else { return Ok(None) };
    if accepted.next().is_some() {
        return Err(DeflateFault::AcceptedTwice);
    }
    let agreed = Agreed::parse(answer)?;
    // It may answer any of several offers.
    let mut fault = DeflateFault::UnknownParameter;
    for offer in offered.iter().filter(|extension| extension.name() == NAME) {
        match Offer::parse(offer).and_then(|offer| offer.check(agreed)) {
            Ok(()) => return Ok(Some(agreed)),
            Err(found) => fault = found,
        }
    }
    Err(fault)
}

/// The server's side: what it answers to the first offer that it can accept; `None`
/// where it declines, as it has to for an offer with a fault (RFC 7692, section 7).
#[must_use]
pub fn accept(offered: &[Extension], deflate: &Deflate) -> Option<Agreed> {
    let mut offers = offered.iter().filter(|extension| extension.name() == NAME);
    offers.find_map(|offer| Offer::parse(offer).ok()).map(|offer| offer.accept(deflate))
}
