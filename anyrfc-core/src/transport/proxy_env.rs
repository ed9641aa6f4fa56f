//! The proxy that the environment asks for.

use std::net::IpAddr;

use super::{Proxy, Target};
use crate::{
    Error, ErrorKind, Secret,
    uri::{Host, Uri, host_to_ascii},
};

impl Proxy {
    /// The proxy that the environment variables of this process name for a
    /// connection to `target` under the URI scheme `scheme` (`wss`, `imap` …);
    /// `None` for a direct one. Nothing in this library asks the environment of
    /// its own accord: whoever calls this does.
    ///
    /// There is no standard; this is what curl and Go agree on. Each variable is
    /// looked for in lower case first, then in upper case; an empty one counts
    /// as missing.
    ///
    /// * `https_proxy` for schemes that mean TLS (`https`, `wss`, `imaps` …),
    ///   `http_proxy` for `http` and `ws`, then `all_proxy` for every scheme.
    /// * `HTTP_PROXY` is not looked at where `REQUEST_METHOD` is set: in a CGI
    ///   program it holds what a stranger sent in a `Proxy` field.
    /// * The value is `http://`, `socks5://` (names are resolved here) or
    ///   `socks5h://` (names are resolved by the proxy) with host, port and
    ///   perhaps `user:password@`; without a scheme it is `http://`.
    /// * `no_proxy` lists who is reached directly, separated by commas: `*` for
    ///   everyone, a name for itself and every name below it (with or without a
    ///   leading dot; `*.` leaves out the name itself), an address, a network
    ///   (`10.0.0.0/8`, `fd00::/8`), each with or without `:port`. Networks are
    ///   compared with addresses only: no name is resolved for it.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for a value that is no URI or has credentials which
    /// the proxy's protocol cannot carry, [`ErrorKind::Unsupported`] for one of
    /// another scheme: what was meant to go through a proxy never goes without.
    pub fn from_env(scheme: &str, target: &Target) -> Result<Option<Self>, Error> {
        Self::from_variables(scheme, target, |name| std::env::var(name).ok())
    }

    /// The same with variables from elsewhere: `lookup` is given a name.
    ///
    /// ```
    /// use anyrfc_core::transport::{Proxy, Target};
    /// let variables = |name: &str| match name {
    ///     "https_proxy" => Some("http://proxy.example:3128".to_owned()),
    ///     "NO_PROXY" => Some("localhost,.internal.example".to_owned()),
    ///     _ => None,
    /// };
    /// let outside = Target::tcp("example.org", 443)?;
    /// let proxy = Proxy::from_variables("wss", &outside, variables)?;
    /// assert_eq!(proxy.unwrap().target().to_string(), "proxy.example:3128");
    /// let inside = Target::tcp("www.internal.example", 443)?;
    /// assert!(Proxy::from_variables("wss", &inside, variables)?.is_none());
    /// # Ok::<_, anyrfc_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`from_env`](Self::from_env).
    pub fn from_variables(
        scheme: &str,
        target: &Target,
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>, Error> {
        let (Some(host), Some(port)) = (target.host(), target.port()) else { return Ok(None) };
        let set = |name: &'static str| {
            let value = lookup(name)?;
            let value = value.trim();
            (!value.is_empty()).then(|| (name, value.to_owned()))
        };
        let is_cgi = || set("REQUEST_METHOD").is_some();
        let own = match scheme {
            "http" | "ws" => set("http_proxy").or_else(|| if is_cgi() { None } else { set("HTTP_PROXY") }),
            _ if is_secure(scheme) => set("https_proxy").or_else(|| set("HTTPS_PROXY")),
            _ => None,
        };
        let Some((name, value)) = own.or_else(|| set("all_proxy")).or_else(|| set("ALL_PROXY")) else {
            return Ok(None);
        };
        let direct = set("no_proxy").or_else(|| set("NO_PROXY"));
        if direct.is_some_and(|(_, list)| is_listed(&list, host, port)) {
            return Ok(None);
        }
        parse(name, &value).map(Some)
    }
}

/// Whether the scheme means TLS from the first byte on.
fn is_secure(scheme: &str) -> bool {
    matches!(
        scheme,
        "https" | "wss" | "imaps" | "smtps" | "submissions" | "pop3s" | "ldaps" | "mqtts" | "sips"
    )
}

/// The value of the variable `name`. Errors name the variable, and never show
/// its value, which may hold a password.
fn parse(name: &'static str, value: &str) -> Result<Proxy, Error> {
    let invalid = || Error::usage(format!("the environment variable {name} names no proxy"));
    let with_scheme = if value.contains("://") { value.to_owned() } else { format!("http://{value}") };
    let uri = Uri::parse(&with_scheme).map_err(|error| invalid().with_source(error))?;
    let host = uri.host().filter(|host| *host != Host::Name("")).ok_or_else(invalid)?.to_string();
    let port = uri.port_or_default();
    let target = |port: Option<u16>| Target::tcp(&host, port.ok_or_else(invalid)?);
    let proxy = match uri.scheme() {
        "http" => Proxy::http_connect(target(port)?),
        "socks5" => Proxy::socks5(target(port)?).local_resolution(true),
        "socks5h" => Proxy::socks5(target(port)?),
        _ => {
            let message =
                format!("the environment variable {name} names a proxy that is neither http nor socks5");
            return Err(Error::new(ErrorKind::Unsupported, message));
        }
    };
    let Some(credentials) = uri.credentials().map_err(|error| invalid().with_source(error))? else {
        return Ok(proxy);
    };
    let password = credentials.password.unwrap_or_else(|| Secret::new(String::new()));
    proxy.credentials(credentials.user.unwrap_or_default(), password)
}

/// Whether `no_proxy` lists this host.
fn is_listed(list: &str, host: &str, port: u16) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let address = host.parse::<IpAddr>().ok().map(|address| address.to_canonical());
    let entries = list.split([',', ' ', '\t']).map(str::trim).filter(|entry| !entry.is_empty());
    let mut matching = entries.filter(|entry| matches(entry, &host, address, port));
    matching.next().is_some()
}

fn matches(entry: &str, host: &str, address: Option<IpAddr>, port: u16) -> bool {
    if entry == "*" {
        return true;
    }
    if let Some((network, bits)) = entry.split_once('/') {
        let (Some(address), Ok(network), Ok(bits)) = (address, network.parse(), bits.parse()) else {
            return false;
        };
        return is_within(address, network, bits);
    }
    let (name, wanted) = split_port(entry);
    if wanted.is_some_and(|wanted| wanted != port) {
        return false;
    }
    let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    if let Ok(listed) = bare.parse::<IpAddr>() {
        return address == Some(listed.to_canonical());
    }
    if address.is_some() {
        // `1` is not a domain that 10.0.0.1 is below.
        return false;
    }
    let (name, itself) = match (name.strip_prefix("*."), name.strip_prefix('.')) {
        (Some(name), _) => (name, false),
        (None, name_after_dot) => (name_after_dot.unwrap_or(name), true),
    };
    let name = name.strip_suffix('.').unwrap_or(name);
    let name = host_to_ascii(name).unwrap_or_else(|_| name.to_ascii_lowercase());
    match host.strip_suffix(name.as_str()) {
        Some("") => itself,
        Some(below) => below.ends_with('.') && !name.is_empty(),
        None => false,
    }
}

/// An entry and its port, if it has one. Several colons without brackets are an address.
fn split_port(entry: &str) -> (&str, Option<u16>) {
    match entry.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') || name.ends_with(']') => match port.parse() {
            Ok(port) => (name, Some(port)),
            Err(_) => (entry, None),
        },
        _ => (entry, None),
    }
}

/// Whether both have the first `bits` bits in common.
fn is_within(address: IpAddr, network: IpAddr, bits: u32) -> bool {
    // No bits at all shift everything out.
    let same = |width: u32, difference: u128| {
        width
            .checked_sub(bits)
            .is_some_and(|rest| difference.checked_shr(rest).is_none_or(|common| common == 0))
    };
    match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            same(32, u128::from(address.to_bits() ^ network.to_bits()))
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => same(128, address.to_bits() ^ network.to_bits()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(scheme: &str, host: &str, port: u16, variables: &[(&str, &str)]) -> Result<String, Error> {
        let target = Target::tcp(host, port).unwrap();
        let lookup = |wanted: &str| {
            variables.iter().find(|(name, _)| *name == wanted).map(|(_, value)| (*value).to_owned())
        };
        let proxy = Proxy::from_variables(scheme, &target, lookup)?;
        Ok(proxy.map_or_else(|| "direct".to_owned(), |proxy| proxy.target().to_string()))
    }

    #[test]
    fn each_scheme_has_its_variable_and_lower_case_goes_first() {
        let all = [
            ("http_proxy", "http://a:1"),
            ("HTTP_PROXY", "http://b:2"),
            ("https_proxy", "http://c:3"),
            ("HTTPS_PROXY", "http://d:4"),
            ("all_proxy", "http://e:5"),
            ("ALL_PROXY", "http://f:6"),
        ];
        // What is there from so many variables on.
        for (scheme, skipped, expected) in [
            ("ws", 0, "a:1"),
            ("http", 0, "a:1"),
            ("ws", 1, "b:2"),
            ("ws", 2, "e:5"),
            ("wss", 0, "c:3"),
            ("https", 0, "c:3"),
            ("imaps", 0, "c:3"),
            ("wss", 3, "d:4"),
            ("wss", 4, "e:5"),
            ("wss", 5, "f:6"),
            ("wss", 6, "direct"),
            ("imap", 0, "e:5"),
            ("imap", 5, "f:6"),
        ] {
            let found = chosen(scheme, "example.com", 80, &all[skipped..]).unwrap();
            assert_eq!(found, expected, "{scheme} with {:?}", &all[skipped..]);
        }
        // An empty one is as good as none.
        let empty = [("https_proxy", " "), ("HTTPS_PROXY", "http://d:4")];
        assert_eq!(chosen("wss", "example.com", 443, &empty).unwrap(), "d:4");
    }

    #[test]
    fn what_a_stranger_sent_to_a_cgi_program_is_not_believed() {
        let cgi = [("REQUEST_METHOD", "GET"), ("HTTP_PROXY", "http://evil:1")];
        assert_eq!(chosen("ws", "example.com", 80, &cgi).unwrap(), "direct");
        assert_eq!(chosen("ws", "example.com", 80, &cgi[1..]).unwrap(), "evil:1");
        let own = [("REQUEST_METHOD", "GET"), ("http_proxy", "http://good:1")];
        assert_eq!(chosen("ws", "example.com", 80, &own).unwrap(), "good:1");
    }

    #[test]
    fn proxies_of_every_kind() {
        let target = Target::tcp("example.com", 443).unwrap();
        let shown = |value: &str| {
            let value = value.to_owned();
            let found = Proxy::from_variables("wss", &target, move |name| {
                (name == "all_proxy").then(|| value.clone())
            });
            format!("{:?}", found.unwrap().unwrap())
        };
        for (value, parts) in [
            ("http://proxy.example:3128", ["HttpConnect", "proxy.example:3128", "None", "false"]),
            ("http://proxy.example", ["HttpConnect", "proxy.example:80", "None", "false"]),
            ("proxy.example:3128/", ["HttpConnect", "proxy.example:3128", "None", "false"]),
            ("[::1]:3128", ["HttpConnect", "[::1]:3128", "None", "false"]),
            ("HTTP://me:p%40ss@127.0.0.1:1", ["HttpConnect", "127.0.0.1:1", "Some(\"me\")", "false"]),
            ("http://me@127.0.0.1:1", ["HttpConnect", "127.0.0.1:1", "Some(\"me\")", "false"]),
            ("socks5://127.0.0.1", ["Socks5", "127.0.0.1:1080", "None", "true"]),
            ("socks5h://me:pw@proxy.example:9", ["Socks5", "proxy.example:9", "Some(\"me\")", "false"]),
        ] {
            let shown = shown(value);
            for part in parts {
                assert!(shown.contains(part), "{value}: {part} in {shown}");
            }
            assert!(!shown.contains("p@ss"), "{shown}");
        }
    }

    #[test]
    fn what_is_no_proxy_is_an_error_that_shows_no_password() {
        for (value, kind) in [
            ("https://secret:secret@proxy.example", ErrorKind::Unsupported),
            ("socks4://proxy.example", ErrorKind::Unsupported),
            ("ftp://secret@proxy.example", ErrorKind::Unsupported),
            ("http://secret:secret@", ErrorKind::Usage),
            ("http://secret:se\r\ncret@proxy.example", ErrorKind::Usage),
            ("http://secret@secret@proxy.example", ErrorKind::Usage),
            ("secret", ErrorKind::Usage),
            ("http://proxy.example:99999", ErrorKind::Usage),
            ("socks5h://secret@proxy.example", ErrorKind::Usage),
        ] {
            match chosen("wss", "example.com", 443, &[("HTTPS_PROXY", value)]) {
                Ok(found) => assert_eq!((value, found.as_str()), ("secret", "secret:80")),
                Err(error) => {
                    assert_eq!(error.kind(), kind, "{value}");
                    let shown = format!("{error} {error:?}");
                    assert!(!shown.contains("secret"), "{shown}");
                }
            }
        }
    }

    #[test]
    fn who_is_reached_directly() {
        for (list, host, port, direct) in [
            ("*", "example.com", 443, true),
            ("example.com", "example.com", 443, true),
            ("example.com", "WWW.Example.COM.", 443, true),
            ("example.com", "badexample.com", 443, false),
            ("example.com", "example.com.evil.org", 443, false),
            (".example.com", "example.com", 443, true),
            (".example.com", "a.b.example.com", 443, true),
            ("*.example.com", "example.com", 443, false),
            ("*.example.com", "a.example.com", 443, true),
            ("bücher.example", "xn--bcher-kva.example", 443, true),
            ("example.com:443", "example.com", 443, true),
            ("example.com:8443", "example.com", 443, false),
            ("example.com:x", "example.com", 443, false),
            (" foo , example.com ,bar", "example.com", 443, true),
            ("foo example.com", "example.com", 443, true),
            (",, ,", "example.com", 443, false),
            (".", "example.com", 443, false),
            ("com", "example.com", 443, true),
            ("127.0.0.1", "127.0.0.1", 80, true),
            ("127.0.0.1:81", "127.0.0.1", 80, false),
            ("1", "127.0.0.1", 80, false),
            ("0.0.1", "127.0.0.1", 80, false),
            ("10.0.0.0/8", "10.255.0.1", 80, true),
            ("10.0.0.0/8", "11.0.0.1", 80, false),
            ("10.0.0.1/32", "10.0.0.1", 80, true),
            ("10.0.0.1/32", "10.0.0.2", 80, false),
            ("0.0.0.0/0", "192.0.2.1", 80, true),
            ("0.0.0.0/0", "2001:db8::1", 80, false),
            ("10.0.0.0/33", "10.0.0.0", 80, false),
            ("10.0.0.0/x", "10.0.0.0", 80, false),
            ("10.0.0.0/8", "ten.example", 80, false),
            ("::1", "::1", 80, true),
            ("[::1]", "::1", 80, true),
            ("[::1]:80", "::1", 80, true),
            ("[::1]:81", "::1", 80, false),
            ("::ffff:10.0.0.1", "10.0.0.1", 80, true),
            ("fd00::/8", "fdab::1", 80, true),
            ("fd00::/8", "fe80::1", 80, false),
            ("::/0", "2001:db8::1", 80, true),
            ("2001:db8::1/128", "2001:db8::1", 80, true),
            ("2001:db8::1/128", "2001:db8::2", 80, false),
        ] {
            let variables = [("all_proxy", "http://proxy:1"), ("NO_PROXY", list)];
            let found = chosen("wss", host, port, &variables).unwrap();
            assert_eq!(found == "direct", direct, "{list:?} and {host}:{port}: {found}");
        }
        // Lower case first here too.
        let variables = [("all_proxy", "http://proxy:1"), ("no_proxy", "other"), ("NO_PROXY", "*")];
        assert_eq!(chosen("wss", "example.com", 443, &variables).unwrap(), "proxy:1");
        let socket = Target::unix("/run/x");
        assert!(Proxy::from_variables("ws", &socket, |_| Some("http://p:1".into())).unwrap().is_none());
    }
}
