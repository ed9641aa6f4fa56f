//! The server's answer, held against what was offered (RFC 6455, section 4.1).

use std::fmt;

use anyrfc_core::{
    ErrorKind, Requirement,
    http1::{self, HeadError, ResponseHead},
};
use http::{HeaderMap, HeaderName, StatusCode, Version, header};

use super::{ExtensionsError, Offered, extension_list};
use crate::{
    Extension, Subprotocol,
    codec::deflate::{self, Agreed, DeflateFault},
    rfc6455,
};

/// The connection is established with these.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Accepted {
    /// The subprotocol in use: one of those offered, or none.
    pub subprotocol: Option<Subprotocol>,
    /// The extensions in use, in the order they are applied; each answers an offer.
    pub extensions: Vec<Extension>,
    /// The parameters of permessage-deflate, where that is in use; they answer the offer.
    pub deflate: Option<Agreed>,
}

/// What the server's answer comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The connection is established.
    Accepted(Accepted),
    /// Not yet the answer: an interim response (RFC 9110, section 15.2). Another head follows.
    Interim,
    /// The server understood and did not accept: its status, fields and body say why.
    Refused,
}

/// The rule that a server's answer breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HandshakeFault {
    /// What came is no HTTP head, or one beyond the limits.
    Head(HeadError),
    /// Protocols were switched in HTTP/1.0, which cannot.
    HttpVersion,
    /// `Upgrade` is missing.
    UpgradeMissing,
    /// `Upgrade` is something else than `websocket`.
    UpgradeWrong,
    /// `Connection` is missing.
    ConnectionMissing,
    /// `Connection` does not list `Upgrade`.
    ConnectionWithoutUpgrade,
    /// `Sec-WebSocket-Accept` is missing.
    AcceptMissing,
    /// `Sec-WebSocket-Accept` does not answer the key.
    AcceptWrong,
    /// `Sec-WebSocket-Accept` is repeated.
    AcceptRepeated,
    /// `Sec-WebSocket-Extensions` is repeated.
    ExtensionsRepeated,
    /// `Sec-WebSocket-Extensions` cannot be read, or an extension in it does not answer its offer.
    Extensions(ExtensionsError),
    /// An extension that was not offered.
    ExtensionNotOffered,
    /// Several offers of one extension were accepted.
    ExtensionTwice,
    /// permessage-deflate with parameters that cannot be, or do not answer the offer.
    Deflate(DeflateFault),
    /// `Sec-WebSocket-Protocol` is repeated.
    SubprotocolRepeated,
    /// A subprotocol that was not offered, or none at all in its field.
    SubprotocolNotOffered,
}

impl HandshakeFault {
    /// What kind of error this is.
    #[must_use]
    pub const fn kind(self) -> ErrorKind {
        match self {
            Self::Head(error) => error.kind(),
            _ => ErrorKind::Protocol,
        }
    }

    /// The statement that is broken: the server's where one says just this, else what makes us fail.
    #[must_use]
    pub const fn requirement(self) -> &'static Requirement {
        match self {
            Self::Head(HeadError::TooLarge | HeadError::TooManyFields) => rfc6455::OWN_LIMITS_ARE_GUARDED,
            Self::Head(_) | Self::HttpVersion => rfc6455::ACCEPTING_RESPONSE_IS_VALID,
            Self::UpgradeMissing | Self::UpgradeWrong => rfc6455::RESPONSE_WITHOUT_UPGRADE_FAILS,
            Self::ConnectionMissing | Self::ConnectionWithoutUpgrade => {
                rfc6455::RESPONSE_WITHOUT_CONNECTION_FAILS
            }
            Self::AcceptMissing | Self::AcceptWrong => rfc6455::RESPONSE_WITH_WRONG_ACCEPT_FAILS,
            Self::AcceptRepeated => rfc6455::ACCEPT_APPEARS_ONCE,
            Self::ExtensionsRepeated => rfc6455::EXTENSIONS_APPEAR_ONCE_IN_RESPONSE,
            Self::Extensions(error) => error.requirement(),
            Self::ExtensionTwice => rfc6455::EXTENSIONS_ARE_CHOSEN_FROM_OFFER,
            Self::ExtensionNotOffered => rfc6455::NO_UNLISTED_EXTENSION,
            Self::Deflate(fault) => fault.requirement(),
            Self::SubprotocolRepeated => rfc6455::PROTOCOL_APPEARS_ONCE_IN_RESPONSE,
            Self::SubprotocolNotOffered => rfc6455::SUBPROTOCOL_IS_CHOSEN_FROM_OFFER,
        }
    }
}

impl fmt::Display for HandshakeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Head(error) => return fmt::Display::fmt(error, f),
            Self::Extensions(error) => return fmt::Display::fmt(error, f),
            Self::Deflate(fault) => return fmt::Display::fmt(fault, f),
            Self::HttpVersion => "the server switched protocols in HTTP/1.0",
            Self::UpgradeMissing => "Upgrade is missing",
            Self::UpgradeWrong => "Upgrade is not websocket",
            Self::ConnectionMissing => "Connection is missing",
            Self::ConnectionWithoutUpgrade => "Connection does not list Upgrade",
            Self::AcceptMissing => "Sec-WebSocket-Accept is missing",
            Self::AcceptWrong => "Sec-WebSocket-Accept does not answer the key",
            Self::AcceptRepeated => "Sec-WebSocket-Accept is repeated",
            Self::ExtensionsRepeated => "Sec-WebSocket-Extensions is repeated",
            Self::ExtensionNotOffered => "an extension that was not offered",
            Self::ExtensionTwice => "an extension that was accepted twice",
            Self::SubprotocolRepeated => "Sec-WebSocket-Protocol is repeated",
            Self::SubprotocolNotOffered => "a subprotocol that was not offered",
        })
    }
}

impl std::error::Error for HandshakeFault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Head(error) => Some(error),
            Self::Extensions(error) => Some(error),
            Self::Deflate(fault) => Some(fault),
            _ => None,
        }
    }
}

impl From<HeadError> for HandshakeFault {
    fn from(error: HeadError) -> Self {
        Self::Head(error)
    }
}

/// Holds the server's answer against what was offered.
///
/// # Errors
/// The [`HandshakeFault`] that fails the connection.
pub fn validate(head: &ResponseHead, offered: &Offered) -> Result<Verdict, HandshakeFault> {
    if head.status != StatusCode::SWITCHING_PROTOCOLS {
        let interim = head.status.is_informational();
        return Ok(if interim { Verdict::Interim } else { Verdict::Refused });
    }
    if head.version == Version::HTTP_10 {
        return Err(HandshakeFault::HttpVersion);
    }
    upgrade(&head.headers)?;
    connection(&head.headers)?;
    accept(&head.headers, &offered.accept)?;
    Ok(Verdict::Accepted(agreed(&head.headers, offered)?))
}

/// What an accepting answer settles, in every version of HTTP.
pub(super) fn agreed(headers: &HeaderMap, offered: &Offered) -> Result<Accepted, HandshakeFault> {
    let extensions = extensions(headers, &offered.extensions)?;
    let deflate = deflate::agree(&extensions, &offered.extensions).map_err(HandshakeFault::Deflate)?;
    let subprotocol = subprotocol(headers, offered)?;
    Ok(Accepted { subprotocol, extensions, deflate })
}

/// Step 2: nothing but `websocket`.
fn upgrade(headers: &HeaderMap) -> Result<(), HandshakeFault> {
    if !headers.contains_key(header::UPGRADE) {
        return Err(HandshakeFault::UpgradeMissing);
    }
    let mut elements = http1::elements(headers, &header::UPGRADE);
    match (elements.next(), elements.next()) {
        (Some(protocol), None) if protocol.eq_ignore_ascii_case(b"websocket") => Ok(()),
        _ => Err(HandshakeFault::UpgradeWrong),
    }
}

/// Step 3: `Upgrade` among others.
fn connection(headers: &HeaderMap) -> Result<(), HandshakeFault> {
    if !headers.contains_key(header::CONNECTION) {
        return Err(HandshakeFault::ConnectionMissing);
    }
    let listed = http1::contains_token(headers, &header::CONNECTION, "upgrade");
    if listed { Ok(()) } else { Err(HandshakeFault::ConnectionWithoutUpgrade) }
}

/// Step 4: exactly the answer to the key. White space around it was dropped with the line's.
fn accept(headers: &HeaderMap, expected: &str) -> Result<(), HandshakeFault> {
    let value = single(headers, &header::SEC_WEBSOCKET_ACCEPT, HandshakeFault::AcceptRepeated)?;
    let value = value.ok_or(HandshakeFault::AcceptMissing)?;
    if value == expected.as_bytes() { Ok(()) } else { Err(HandshakeFault::AcceptWrong) }
}

/// Step 5, and section 9.1.
fn extensions(headers: &HeaderMap, offered: &[Extension]) -> Result<Vec<Extension>, HandshakeFault> {
    let value = single(headers, &header::SEC_WEBSOCKET_EXTENSIONS, HandshakeFault::ExtensionsRepeated)?;
    let Some(value) = value else { return Ok(Vec::new()) };
    let list = extension_list([value]).map_err(HandshakeFault::Extensions)?;
    for (index, extension) in list.iter().enumerate() {
        let same = |other: &&Extension| other.name() == extension.name();
        if !offered.iter().any(|offer| same(&offer)) {
            return Err(HandshakeFault::ExtensionNotOffered);
        }
        if list.iter().take(index).any(|earlier| same(&earlier)) {
            return Err(HandshakeFault::ExtensionTwice);
        }
    }
    Ok(list)
}

/// Step 6.
fn subprotocol(headers: &HeaderMap, offered: &Offered) -> Result<Option<Subprotocol>, HandshakeFault> {
    let value = single(headers, &header::SEC_WEBSOCKET_PROTOCOL, HandshakeFault::SubprotocolRepeated)?;
    let Some(value) = value else { return Ok(None) };
    let chosen = offered.subprotocols.find(value).ok_or(HandshakeFault::SubprotocolNotOffered)?;
    Ok(Some(chosen.clone()))
}

fn single<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
    repeated: HandshakeFault,
) -> Result<Option<&'a [u8]>, HandshakeFault> {
    let value = http1::single(headers, name).map_err(|_| repeated)?;
    Ok(value.map(|value| http1::trim_ows(value.as_bytes())))
}
