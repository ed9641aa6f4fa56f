//! What is known of the server before it is examined.

use super::reply::Reply;

/// Which protocol it speaks, and to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flavour {
    /// SMTP, to anybody.
    Smtp,
    /// SMTP on a port of submission (RFC 6409).
    Submission,
    /// LMTP (RFC 2033).
    Lmtp,
}

impl Flavour {
    /// By the URL's scheme and port.
    pub(super) fn of(scheme: &str, port: Option<u16>) -> Self {
        match (scheme, port) {
            ("lmtp" | "lmtp+unix", _) => Self::Lmtp,
            ("submission" | "submissions" | "smtps", _) | (_, Some(465 | 587)) => Self::Submission,
            _ => Self::Smtp,
        }
    }

    /// The verb that says hello.
    pub(super) const fn hello(self) -> &'static str {
        match self {
            Self::Lmtp => "LHLO",
            Self::Smtp | Self::Submission => "EHLO",
        }
    }
}

/// What the answer to EHLO offers.
#[derive(Clone, Debug, Default)]
pub(super) struct Keywords(Vec<(String, Vec<String>)>);

impl Keywords {
    /// The lines behind the first; the old form `AUTH=` is one of AUTH.
    pub(super) fn read(reply: &Reply) -> Self {
        let line = |text: &[u8]| {
            let text = String::from_utf8_lossy(text).into_owned();
            let mut words = text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned);
            let keyword = words.next()?.to_ascii_uppercase();
            Some((keyword, words.collect()))
        };
        Self(reply.texts().skip(1).filter_map(line).collect())
    }

    pub(super) fn has(&self, keyword: &str) -> bool {
        self.parameters(keyword).is_some()
    }

    /// The words behind a keyword.
    pub(super) fn parameters(&self, keyword: &str) -> Option<&[String]> {
        self.0.iter().find(|(known, _)| known == keyword).map(|(_, words)| words.as_slice())
    }

    /// The keywords.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(keyword, _)| keyword.as_str())
    }

    /// Whether AUTH has this mechanism.
    pub(super) fn has_mechanism(&self, name: &str) -> bool {
        let offered = self.parameters("AUTH").unwrap_or_default();
        offered.iter().any(|offered| offered.eq_ignore_ascii_case(name))
    }
}

/// What is known of the server.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub(super) flavour: Flavour,
    /// What it offers on a connection as the URL has it.
    pub(super) first: Keywords,
    /// What it offers where the doctor speaks with it.
    pub(super) offered: Keywords,
    /// Whether the doctor speaks with it under STARTTLS.
    pub(super) starts_tls: bool,
    /// Whether the doctor speaks with it under TLS of any kind.
    pub(super) secured: bool,
    /// Whether the server is this host.
    pub(super) is_loopback: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_those_behind_the_first_line() {
        let mut reply = Reply::default();
        for line in ["250-size.example 8BITMIME\r\n", "250-size 100\r\n", "250 Auth PLAIN\r\n"] {
            reply.add(line.into());
        }
        let keywords = Keywords::read(&reply);
        assert_eq!(keywords.names().collect::<Vec<_>>(), ["SIZE", "AUTH"]);
        assert_eq!(keywords.parameters("SIZE").unwrap(), ["100"]);
        assert!(keywords.has_mechanism("plain") && !keywords.has_mechanism("LOGIN"));
    }

    #[test]
    fn flavours() {
        assert_eq!(Flavour::of("smtp", Some(25)), Flavour::Smtp);
        assert_eq!(Flavour::of("smtp", Some(587)), Flavour::Submission);
        assert_eq!(Flavour::of("lmtp", Some(24)).hello(), "LHLO");
    }
}
