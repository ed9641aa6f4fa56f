//! What a server offers with its answer to EHLO.

/// When a line of the answer to EHLO is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum When {
    /// Always.
    #[default]
    Always,
    /// Without TLS alone.
    Cleartext,
    /// Under TLS alone.
    Secured,
    /// Until somebody has logged in.
    Unauthenticated,
    /// Once somebody has logged in.
    Authenticated,
}

impl When {
    const fn is(self, secured: bool, authenticated: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Cleartext => !secured,
            Self::Secured => secured,
            Self::Unauthenticated => !authenticated,
            Self::Authenticated => authenticated,
        }
    }
}

/// What a server is like to begin with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Profile {
    /// SMTP with every extension that this crate knows.
    #[default]
    Full,
    /// SMTP as RFC 5321 has it, without any extension.
    Bare,
    /// LMTP (RFC 2033) with every extension that this crate knows.
    Lmtp,
    /// LMTP with no more than it must have: PIPELINING and ENHANCEDSTATUSCODES.
    BareLmtp,
}

/// What a full server offers.
const FULL: &[(&str, When)] = &[
    ("PIPELINING", When::Always),
    ("SIZE 52428800", When::Always),
    ("VRFY", When::Always),
    ("EXPN", When::Always),
    ("HELP", When::Always),
    ("ENHANCEDSTATUSCODES", When::Always),
    ("8BITMIME", When::Always),
    ("CHUNKING", When::Always),
    ("BINARYMIME", When::Always),
    ("DSN", When::Always),
    ("SMTPUTF8", When::Always),
    ("DELIVERBY 60", When::Always),
    ("MT-PRIORITY MIXER", When::Always),
    ("FUTURERELEASE 2592000 2031-01-01T00:00:00Z", When::Always),
    ("REQUIRETLS", When::Secured),
    ("BURL imap", When::Always),
    ("PRDR", When::Always),
];

/// What LMTP must have.
const BARE_LMTP: &[(&str, When)] = &[("PIPELINING", When::Always), ("ENHANCEDSTATUSCODES", When::Always)];

impl Profile {
    pub(super) const fn is_lmtp(self) -> bool {
        matches!(self, Self::Lmtp | Self::BareLmtp)
    }

    pub(super) fn offers(self) -> Offers {
        let lines = match self {
            Self::Full | Self::Lmtp => FULL,
            Self::Bare => &[],
            Self::BareLmtp => BARE_LMTP,
        };
        Offers {
            lines: lines.iter().map(|(line, when)| ((*line).to_owned(), *when)).collect(),
            without: Vec::new(),
        }
    }
}

/// The lines of an answer to EHLO behind the first.
#[derive(Clone, Debug, Default)]
pub(super) struct Offers {
    lines: Vec<(String, When)>,
    /// What is never said, though the server has it.
    without: Vec<String>,
}

fn keyword(line: &str) -> &str {
    line.split([' ', '=']).next().unwrap_or_default()
}

impl Offers {
    /// Adds a line.
    pub(super) fn add(&mut self, line: &str, when: When) {
        self.lines.push((line.to_owned(), when));
    }

    /// Removes the lines of a keyword, and whatever the server would offer under it by itself.
    pub(super) fn remove(&mut self, name: &str) {
        self.lines.retain(|(line, _)| !keyword(line).eq_ignore_ascii_case(name));
        self.without.push(name.to_ascii_uppercase());
    }

    /// Whether the server offers this by itself, where it can.
    pub(super) fn by_itself(&self, name: &str) -> bool {
        !self.without.iter().any(|without| without == name)
            && !self.lines.iter().any(|(line, _)| keyword(line).eq_ignore_ascii_case(name))
    }

    /// What is said in this situation.
    pub(super) fn said(&self, secured: bool, authenticated: bool) -> Vec<String> {
        let now = self.lines.iter().filter(|(_, when)| when.is(secured, authenticated));
        now.map(|(line, _)| line.clone()).collect()
    }

    /// What an answer to EHLO says, as it went over the wire.
    pub(super) fn told(answer: &[u8]) -> Self {
        let text = String::from_utf8_lossy(answer);
        // Behind the first line, as long as it is one answer.
        let lines = text.split("\r\n").filter(|line| line.starts_with("250")).skip(1);
        let lines = lines.filter_map(|line| line.get(4..)).map(|line| (line.trim().to_owned(), When::Always));
        Self { lines: lines.collect(), without: Vec::new() }
    }

    /// Whether the keyword is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.words(name).is_some()
    }

    /// The parameters of a keyword.
    pub(super) fn words(&self, name: &str) -> Option<Vec<&str>> {
        let mut found = self.lines.iter().filter(|(line, _)| keyword(line).eq_ignore_ascii_case(name));
        let first = found.next()?;
        Some(
            std::iter::once(first)
                .chain(found)
                .flat_map(|(line, _)| line.split([' ', '=']).skip(1))
                .collect(),
        )
    }

    /// The first parameter of a keyword, where it is a number.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.words(name)?.first()?.parse().ok()
    }
}
