//! From a host as the user writes it to the name TLS asks for.

use std::net::IpAddr;

use idna::AsciiDenyList;
use rustls_pki_types::{DnsName, ServerName};

use crate::{Error, escape::Escaped};

/// The reference identity of `host` (RFC 6125, section 6.2): an address, with
/// or without the brackets of a URI, or a domain name, U-labels turned to A-labels.
pub(super) fn server_name(host: &str) -> Result<ServerName<'static>, Error> {
    if let Some(address) = address(host) {
        return Ok(ServerName::IpAddress(address.into()));
    }
    let invalid = || Error::usage(format!("\"{}\" is no valid server name", Escaped(host.as_bytes())));
    let ascii = idna::domain_to_ascii_cow(host.as_bytes(), AsciiDenyList::URL)
        .map_err(|error| invalid().with_source(error))?;
    // The name goes out without the root's dot (RFC 6066, section 3).
    let ascii = ascii.strip_suffix('.').unwrap_or(&ascii).to_owned();
    let name = DnsName::try_from(ascii).map_err(|error| invalid().with_source(error))?;
    Ok(ServerName::DnsName(name))
}

fn address(host: &str) -> Option<IpAddr> {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    // A zone names an interface of this machine, which no certificate can.
    let bare = bare.split_once('%').map_or(bare, |(address, _zone)| address);
    let address = bare.parse().ok()?;
    // Brackets and zones are for IPv6 only.
    (bare.len() == host.len() || matches!(address, IpAddr::V6(_))).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(host: &str) -> Option<String> {
        server_name(host).ok().map(|name| name.to_str().into_owned())
    }

    #[test]
    fn names_are_turned_to_a_labels() {
        for (host, expected) in [
            ("example.com", "example.com"),
            ("EXAMPLE.com.", "example.com"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("BÜCHER。example", "xn--bcher-kva.example"),
            ("faß.example", "xn--fa-hia.example"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("r3---sn-abc.example", "r3---sn-abc.example"),
            ("_dmarc.example", "_dmarc.example"),
            ("localhost", "localhost"),
        ] {
            assert_eq!(name(host).as_deref(), Some(expected), "{host}");
        }
    }

    #[test]
    fn addresses_are_addresses() {
        for (host, expected) in [
            ("127.0.0.1", "127.0.0.1"),
            ("::1", "::1"),
            ("[::1]", "::1"),
            ("fe80::1%eth0", "fe80::1"),
            ("[fe80::1%25eth0]", "fe80::1"),
        ] {
            assert!(matches!(server_name(host), Ok(ServerName::IpAddress(_))), "{host}");
            assert_eq!(name(host).as_deref(), Some(expected), "{host}");
        }
    }

    #[test]
    fn what_is_neither_is_refused() {
        let long = format!("{}.example", "a".repeat(64));
        for host in [
            "",
            ".",
            "a..b",
            "-a.example",
            "a-.example",
            "a b.example",
            "a/b",
            "a:443",
            "user@example.com",
            "[127.0.0.1]",
            "127.0.0.1%eth0",
            "127.0.0.256",
            "127.1",
            "１２７.０.０.１",
            "example.com\r\nX: y",
            "nul\0.example",
            "xn--a.example",
            "*.example.com",
            &long,
        ] {
            let error = server_name(host).expect_err(host);
            assert_eq!(error.kind(), crate::ErrorKind::Usage, "{host}");
            assert!(!error.to_string().contains(char::is_control), "{error}");
        }
    }
}
