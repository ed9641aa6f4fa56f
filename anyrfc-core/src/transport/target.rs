//! Where to connect to.

use std::{
    borrow::Cow,
    fmt,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    path::{Path, PathBuf},
};

use crate::{Error, escape::Escaped};

/// The longest name of the DNS as text (RFC 1035, section 2.3.4), without the root's dot.
const NAME_MAX: usize = 253;

/// A host with its port, or a Unix socket: always one that could exist.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Target(Kind);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Kind {
    Name {
        host: String,
        port: u16,
    },
    Address {
        address: SocketAddr,
        /// As text without brackets.
        host: String,
    },
    Path(PathBuf),
}

impl Target {
    /// A host name or an IP address (IPv6 with or without brackets, with or
    /// without a zone), and a port.
    ///
    /// A name is turned into its ASCII form (IDNA, RFC 5891), which is what the
    /// DNS, a proxy and a certificate know; an address needs no resolution.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) when no host can have this
    /// name: empty, too long, with control characters, spaces or other
    /// characters that mean something else in an authority (`/`, `@`, `:` …).
    pub fn tcp(host: impl AsRef<str>, port: u16) -> Result<Self, Error> {
        let host = host.as_ref();
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        if let Ok(ip) = bare.unwrap_or(host).parse::<IpAddr>()
            && (bare.is_none() || ip.is_ipv6())
        {
            return Ok(SocketAddr::new(ip, port).into());
        }
        let literal = bare.unwrap_or(host);
        if let Some((address, zone)) = literal.split_once('%') {
            return Self::zoned(literal, address, zone, port).ok_or_else(|| invalid(host));
        }
        let ascii = idna::domain_to_ascii_cow(host.as_bytes(), idna::AsciiDenyList::EMPTY)
            .unwrap_or(Cow::Borrowed(""));
        let name = ascii.strip_suffix('.').unwrap_or(&ascii);
        let labels = || name.split('.').all(|label| (1..=63).contains(&label.len()));
        if bare.is_some() || name.len() > NAME_MAX || !name.bytes().all(is_name_byte) || !labels() {
            return Err(invalid(host));
        }
        Ok(Self(Kind::Name { host: ascii.into_owned(), port }))
    }

    /// `fe80::1%2` and `fe80::1%eth0` (RFC 4007, section 11).
    fn zoned(literal: &str, address: &str, zone: &str, port: u16) -> Option<Self> {
        let ip: Ipv6Addr = address.parse().ok()?;
        if let Ok(scope) = zone.parse() {
            let address = SocketAddr::V6(std::net::SocketAddrV6::new(ip, port, 0, scope));
            return Some(Self(Kind::Address { address, host: literal.to_owned() }));
        }
        // The system knows the index of an interface by its name.
        let named = !zone.is_empty() && zone.bytes().all(is_name_byte);
        named.then(|| Self(Kind::Name { host: literal.to_owned(), port }))
    }

    /// A Unix socket.
    pub fn unix(path: impl Into<PathBuf>) -> Self {
        Self(Kind::Path(path.into()))
    }

    /// The host's name or address, as it is looked up and as TLS verifies it:
    /// ASCII, without brackets or zone. `None` for a Unix socket.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.lookup().map(|host| host.split_once('%').map_or(host, |(address, _)| address))
    }

    /// The same with the zone.
    pub(super) fn lookup(&self) -> Option<&str> {
        match &self.0 {
            Kind::Name { host, .. } | Kind::Address { host, .. } => Some(host),
            Kind::Path(_) => None,
        }
    }

    /// The port. `None` for a Unix socket.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        match &self.0 {
            Kind::Name { port, .. } => Some(*port),
            Kind::Address { address, .. } => Some(address.port()),
            Kind::Path(_) => None,
        }
    }

    /// The address, where none needs to be looked up.
    #[must_use]
    pub const fn address(&self) -> Option<SocketAddr> {
        match &self.0 {
            Kind::Address { address, .. } => Some(*address),
            Kind::Name { .. } | Kind::Path(_) => None,
        }
    }

    /// The path of a Unix socket.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.0 {
            Kind::Path(path) => Some(path),
            Kind::Name { .. } | Kind::Address { .. } => None,
        }
    }
}

impl From<SocketAddr> for Target {
    fn from(address: SocketAddr) -> Self {
        Self(Kind::Address { address, host: address.ip().to_string() })
    }
}

/// Letters, digits and what is seen in names that are not host names: `_dmarc`, `x--y`.
const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')
}

fn invalid(host: &str) -> Error {
    Error::usage(format!("no host can be called {:?}", Escaped(host.as_bytes())))
}

/// In authority form (RFC 9110, section 7.2): an IPv6 address has brackets. A path is itself.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Path(path) => write!(f, "{}", path.display()),
            Kind::Name { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Kind::Name { host, port } => write!(f, "{host}:{port}"),
            Kind::Address { address, .. } => address.fmt(f),
        }
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_in_their_written_forms() {
        for (host, shown, bare, literal) in [
            ("example.com", "example.com:25", "example.com", false),
            ("EXAMPLE.com.", "example.com.:25", "example.com.", false),
            ("bücher.example", "xn--bcher-kva.example:25", "xn--bcher-kva.example", false),
            ("_sip._tcp.example", "_sip._tcp.example:25", "_sip._tcp.example", false),
            ("127.0.0.1", "127.0.0.1:25", "127.0.0.1", true),
            ("::1", "[::1]:25", "::1", true),
            ("[2001:DB8::1]", "[2001:db8::1]:25", "2001:db8::1", true),
            ("fe80::1%7", "[fe80::1%7]:25", "fe80::1", true),
            ("[fe80::1%eth0]", "[fe80::1%eth0]:25", "fe80::1", false),
        ] {
            let target = Target::tcp(host, 25).unwrap();
            assert_eq!(target.to_string(), shown);
            assert_eq!(target.host(), Some(bare));
            assert_eq!(target.port(), Some(25));
            assert_eq!(target.address().is_some(), literal, "{host}");
        }
        let path = Target::unix("/run/x");
        assert_eq!((path.host(), path.port(), path.path()), (None, None, Some(Path::new("/run/x"))));
    }

    #[test]
    fn what_cannot_be_a_host_is_refused() {
        let long = format!("{}.example", "a".repeat(64));
        let longer = ["a"; 128].join(".");
        for host in [
            "",
            ".",
            "a..b",
            "a b",
            "a\r\nb",
            "a\0b",
            "user@host",
            "host:25",
            "a/b",
            "[example.com]",
            "[::1",
            "[127.0.0.1]",
            "::g",
            "1.2.3.4%1",
            "fe80::1%",
            "fe80::1%a b",
            &long,
            &longer,
            "xn--\u{80}",
        ] {
            let error = Target::tcp(host, 1).expect_err(host);
            assert_eq!(error.kind(), crate::ErrorKind::Usage);
            assert!(!error.to_string().contains(['\r', '\n', '\0']));
        }
    }
}
