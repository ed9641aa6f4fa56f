//! Hosts: names and addresses (RFC 3986, section 3.2.2).

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use idna::AsciiDenyList;

use super::UriError;

/// The host of a URI. Displayed as a URI has it: IPv6 in brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Host<'a> {
    /// A registered name, in lower case and ASCII.
    Name(&'a str),
    /// An IPv4 address.
    Ipv4(Ipv4Addr),
    /// An IPv6 address.
    Ipv6(Ipv6Addr),
}

impl Host<'_> {
    /// The address, if it is one.
    #[must_use]
    pub const fn address(&self) -> Option<IpAddr> {
        match self {
            Self::Name(_) => None,
            Self::Ipv4(address) => Some(IpAddr::V4(*address)),
            Self::Ipv6(address) => Some(IpAddr::V6(*address)),
        }
    }
}

impl fmt::Display for Host<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Ipv4(address) => write!(f, "{address}"),
            Self::Ipv6(address) => write!(f, "[{address}]"),
        }
    }
}

/// A host name as DNS has it: lower case, each label outside ASCII as its
/// A-label (RFC 5891, by the mapping of UTS 46), and of a length that DNS can hold.
///
/// # Errors
/// [`UriError::Host`] when it is no such name.
pub fn host_to_ascii(name: &str) -> Result<String, UriError> {
    let ascii = idna::domain_to_ascii_cow(name.as_bytes(), AsciiDenyList::URL).map_err(|_| UriError::Host)?;
    let length = idna::uts46::verify_dns_length(&ascii, true);
    if length { Ok(ascii.into_owned()) } else { Err(UriError::Host) }
}
